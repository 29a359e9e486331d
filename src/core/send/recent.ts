/** The list of servers as it was seconds ago, for finding what a read names. Changes are never decided by it. @module */
import type { Json } from '../../base/json.ts'

const freshMilliseconds = 10_000

export interface Recent {
  /** @param read reads the list now. Simultaneous reads of one account are one request already. */
  rows(account: string, read: () => Promise<readonly Json[]>): Promise<readonly Json[]>
  /** Something was changed: what was read before is not to be used. */
  drop(): void
}

export function createRecent(): Recent {
  let last: { account: string; until: number; rows: readonly Json[] } | undefined
  let changes = 0
  return {
    async rows(account, read) {
      if (last?.account === account && Date.now() < last.until) return last.rows
      const before = changes
      const until = Date.now() + freshMilliseconds
      const rows = await read()
      if (changes === before) last = { account, until, rows }
      return rows
    },
    drop() {
      changes += 1
      last = undefined
    },
  }
}
