/**
 * A place of their own for what one call leaves for the next: the tokens of confirmations, what was made already,
 * and the operations that were started.
 *
 * @module
 */
import type { Storage } from '../../types.ts'

/** Hashes, ids and the handles of operations: nothing that needs a cipher. */
const kept = ['confirm:', 'once:', 'operation:']

/** `storage`, but for keys with these prefixes: they go to the storage that `open` makes when it is needed. */
export function withConfirmations(storage: Storage, open: () => Storage, prefixes = kept): Storage {
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
