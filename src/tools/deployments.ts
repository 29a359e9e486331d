/** The Git deployments of an app, as rows that can be read. @module */
import * as z from 'zod'
import { addressText } from '../core/declare/marks.ts'
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { type AppTarget, isOn } from './effects.ts'
import { maybe, row } from './outputs.ts'
import { timeFields } from './values.ts'

export const deploymentRow = row({
  git_url: maybe(addressText(z.string())),
  branch_name: maybe(z.string()),
  path: maybe(z.string()).describe('Folder below public_html'),
  datetime: maybe(z.string()),
  result: z.enum(['ok', 'failed', 'unknown']),
  description: maybe(z.string()),
  commit: maybe(z.string()).describe('null: Cloudways does not tell it'),
})

export type Deployment = ReturnType<typeof readable>

function readable(log: Json) {
  const { git_url, branch_name, path, description, result, datetime, commit } = log
  const isGood = isOn(result)
  return {
    git_url: textOf(git_url) || null,
    branch_name: textOf(branch_name) || null,
    // An empty one is the webroot.
    path: typeof path === 'string' ? path : textOf(path) || null,
    ...timeFields({ datetime }),
    result: isGood === null ? ('unknown' as const) : isGood ? ('ok' as const) : ('failed' as const),
    description: textOf(description) || null,
    commit: /^[0-9a-f]{7,64}$/i.test(textOf(commit)) ? textOf(commit) : null,
  }
}

/** The deployments, latest first. @throws UpstreamError when they can't be read. */
export function deploymentsOf(body: unknown): Deployment[] {
  const logs = readRows(object(body)?.logs)
  if (!logs) throw unknownShape('the deployments')
  const rows = logs.map(readable)
  // The platform writes the latest first. Where every time can be read, that is not relied on.
  const isTold = rows.every(({ datetime }) => datetime !== null)
  return isTold ? rows.sort((one, other) => Date.parse(timeOf(other)) - Date.parse(timeOf(one))) : rows
}

const timeOf = ({ datetime }: Deployment) => String(datetime)

export const readDeployments = async ({ send }: RunContext, { server_id, app_id }: AppTarget) =>
  deploymentsOf(await send({ method: 'GET', path: '/git/history', query: { server_id, app_id } }))
