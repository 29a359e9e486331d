/** What each of several accounts was seen to have, so that an id is not taken to another account. @module */
import { type Json, object } from '../../base/json.ts'
import { appEntries, type Entry, serverEntries } from '../decide/names.ts'
import { rowsInScope } from '../decide/scope.ts'
import { serverList } from '../platform.ts'
import { readRows } from '../send/inventory.ts'
import type { Account, SendOptions } from '../types/api.ts'
import type { Scope } from '../types/call.ts'

/** The kinds of ids of which it is remembered whose they are. */
export type SeenKind = 'server' | 'app' | 'operation'

/** What the servers and apps of an account within its scope are called, as they were last listed. Nothing else of them. */
export interface Estate {
  servers: readonly Entry[]
  apps: readonly Entry[]
  /** Milliseconds since 1970. 0: something was changed since. */
  at: number
}

export interface Estates {
  /** The account, whose lists of servers are remembered as they pass. */
  watching(name: string, account: Account, scope: Scope): Account
  /** What was last seen of an account. */
  of(name: string): Estate | undefined
  /** The accounts that were seen to have an id. */
  owners(kind: SeenKind, id: string): string[]
  /** An operation that a call on this account started. */
  started(name: string, operation: string): void
  /** Something was changed: ids stay known, and names are looked up anew. */
  changed(name: string): void
}

/** Operations are asked for within minutes. */
const mostOperations = 1000

export function createEstates(): Estates {
  const seen = new Map<string, Estate>()
  const operations = new Map<string, string>()

  function note(name: string, rows: readonly Json[]): void {
    seen.set(name, { servers: serverEntries(rows), apps: appEntries(rows), at: Date.now() })
  }

  return {
    watching: (name, account, scope) => ({
      ...account,
      name,
      async send(request, options: SendOptions) {
        const body = await account.send(request, options)
        if (request.method !== serverList.method || request.path !== serverList.path) return body
        const rows = readRows(object(body)?.servers)
        // A list that can't be read says nothing of what there is.
        if (rows) note(name, rowsInScope(rows, scope))
        return body
      },
    }),
    of: (name) => seen.get(name),
    owners(kind, id) {
      const has = (entries: readonly Entry[]) => entries.some((entry) => entry.id === id)
      const hasIt = ({ servers, apps }: Estate) => has(kind === 'server' ? servers : apps)
      if (kind !== 'operation') return [...seen].flatMap(([name, estate]) => (hasIt(estate) ? [name] : []))
      const owner = operations.get(id)
      return owner === undefined ? [] : [owner]
    },
    started(name, operation) {
      operations.set(operation, name)
      if (operations.size > mostOperations) operations.delete(operations.keys().next().value as string)
    },
    changed(name) {
      const estate = seen.get(name)
      if (estate) estate.at = 0
    },
  }
}
