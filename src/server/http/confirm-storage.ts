/**
 * A second storage for what one call leaves for the next: tokens of confirmations, marks of what was created already,
 * and operations that were started.
 *
 * @module
 */
import type { Storage } from '../../types.ts'

/** Records under these prefixes hold hashes, ids and handles of operations, so they need no cipher. */
const sharedPrefixes = ['confirm:', 'once:', 'operation:']

/** `storage`, except for keys with these prefixes: they go to the storage that `open` makes at their first use. */
export function withConfirmations(storage: Storage, open: () => Storage, prefixes = sharedPrefixes): Storage {
  let opened: Storage | undefined
  const of = (key: string) => {
    if (!prefixes.some((prefix) => key.startsWith(prefix))) return storage
    opened ??= open()
    return opened
  }
  return {
    get: async (key) => of(key).get(key),
    set: async (key, value, options) => of(key).set(key, value, options),
    delete: async (key) => of(key).delete(key),
    take: async (key) => of(key).take(key),
    increment: async (key, options) => of(key).increment(key, options),
    lock: async (key, options, work) => of(key).lock(key, options, work),
    async dispose() {
      await opened?.dispose()
      await storage.dispose()
    },
  }
}
