/** Operations of this toolkit that failed, as a finding. @module */
import type { Change } from '../../core/types/journal.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { appsIn, type EstateServer } from './rows.ts'

const day = 86_400_000

/** Operations of this toolkit that failed within a day, and after which nothing of the same kind went well. */
export async function readFailed(servers: readonly EstateServer[], context: RunContext) {
  const query = { since: Date.now() - day, withOperation: true, limit: 100 }
  const read = await context.changes(query).catch((error: Error) => error)
  if (read instanceof Error) {
    context.signal.throwIfAborted()
    return { findings: [], missed: [{ what: 'operations of this toolkit', why: read.message }] }
  }
  const isLast = (row: Change, index: number) =>
    !read.rows
      .slice(0, index)
      .some(
        ({ tool, server_id, app_id }) =>
          tool === row.tool && server_id === row.server_id && app_id === row.app_id,
      )
  const failed = read.rows.filter((row, index) => row.state === 'failed' && isLast(row, index))
  return {
    findings: failed.flatMap(({ at, tool, server_id, app_id, operation_id }) => {
      const server = servers.find(({ id }) => id === server_id)
      const of = app_id ? server && appsIn([server]).find(({ id }) => id === app_id) : server
      return of ? [{ kind: 'operation_failed' as const, of, evidence: { tool, at, operation_id } }] : []
    }),
    missed: [],
  }
}
