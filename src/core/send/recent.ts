/**
 * The lists of servers as they were seconds ago, one for each account, for finding what a read names. Changes are never
 * decided by them.
 *
 * @module
 */
import type { Json } from '../../base/json.ts'

const freshMilliseconds = 10_000
/** The accounts whose list is kept at a time. The oldest is dropped first. */
const mostAccounts = 50

export interface Recent {
  /** @param read reads the list now. Simultaneous reads of one account are one request already. */
  rows(account: string, read: () => Promise<readonly Json[]>): Promise<readonly Json[]>
  /** Something was changed: what was read before is not to be used. */
  drop(): void
}

export function createRecent(): Recent {
  const kept = new Map<string, { until: number; rows: readonly Json[] }>()
  let changes = 0

  function keep(account: string, until: number, rows: readonly Json[]): void {
    for (const [id, old] of kept) if (old.until <= Date.now() || id === account) kept.delete(id)
    kept.set(account, { until, rows })
    if (kept.size > mostAccounts) kept.delete(kept.keys().next().value as string)
  }

  return {
    async rows(account, read) {
      const known = kept.get(account)
      if (known && Date.now() < known.until) return known.rows
      const before = changes
      const until = Date.now() + freshMilliseconds
      const rows = await read()
      if (changes === before) keep(account, until, rows)
      return rows
    },
    drop() {
      changes += 1
      kept.clear()
    },
  }
}
