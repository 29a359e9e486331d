/**
 * The operations that a toolkit started. Under a scope they may be asked for, whatever their row says.
 *
 * @module
 */
import { hashOf } from '../../base/hash.ts'
import { comparable } from '../decide/scope.ts'
import type { Call, Policy } from '../types/call.ts'

const operationSeconds = 86_400

interface OwnOperations {
  claim(operation: string): Promise<void>
  isOwn(operation: string): Promise<boolean>
}

export function ownOperations({ kit, account }: Omit<Call, 'api'>): OwnOperations {
  const { storage, policy } = kit.rules
  const own = new Set<string>()
  // The key names the scope: another toolkit of the same account may have another one.
  const keyOf = async (operation: string) =>
    `operation:${await account.id()}:${await scopeHash(policy)}:${operation}`
  return {
    isOwn: async (operation) => own.has(operation) || (await storage.get(await keyOf(operation))) !== null,
    async claim(operation) {
      own.add(operation)
      await storage.set(await keyOf(operation), 1, { ttl: operationSeconds })
    },
  }
}

/** Stands for a scope: the same for the same entries in any order. */
function scopeHash({ servers, apps }: Policy): Promise<string> {
  const sorted = (entries: readonly string[]) => [...new Set(entries.map(comparable))].sort()
  return hashOf({ servers: sorted(servers), apps: sorted(apps) })
}
