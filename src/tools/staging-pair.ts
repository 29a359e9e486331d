/** A staging copy and the live app that it was made from. The direction of a sync hangs on telling the two apart. @module */
import * as z from 'zod'
import { type Json, oneLine, rowsOf, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import type { Place } from '../core/types/touched.ts'
import { InputError } from '../errors.ts'
import { type AppTarget, isOn } from './effects.ts'
import { appIn, compactApp } from './inventory.ts'

interface Pair {
  staging: Required<Place>
  live: Required<Place>
}

/** @throws InputError for an app that Cloudways does not call a staging copy. */
export function checkStaging(tool: string, { server_id, app_id }: AppTarget, rows: readonly Json[]): Json {
  const row = appIn(rows, server_id, app_id)
  if (isOn(row.is_staging) === true) return row
  throw new InputError(
    `${tool}: app ${app_id} is no staging copy, as far as Cloudways tells (is_staging is not set).`,
    'Nothing was changed. Give the staging copy: get_app_details shows is_staging and source_app_id.',
  )
}

/** @throws InputError where Cloudways does not tell from which app the copy was made. */
export function pairOf(tool: string, staging: AppTarget, rows: readonly Json[]): Pair {
  const { source_app_id, source_server_id } = checkStaging(tool, staging, rows)
  const app_id = textOf(source_app_id).replace(/^0$/, '')
  // Where the app is now says more than where it was when it was copied.
  const owner = rows.find((server) => rowsOf(server.apps).some(({ id }) => textOf(id) === app_id))
  const server_id = textOf(owner?.id ?? source_server_id)
  if (app_id && server_id && app_id !== staging.app_id) {
    const { server_id: on, app_id: copy } = staging
    return { staging: { server_id: on, app_id: copy }, live: { server_id, app_id } }
  }
  throw new InputError(
    `${tool}: Cloudways does not tell from which app the staging copy ${staging.app_id} was made.`,
    'Nothing was changed. A person does it in the Cloudways platform: the application, Staging Management.',
  )
}

const side = z.looseObject({
  app_id: z.string(),
  label: z.string().nullable(),
  domain: z.string().nullable(),
  server_id: z.string(),
  server: z.string().nullable(),
})

/** Both ends of a sync, as a person is shown them before and a model afterwards. */
export const ends = z.looseObject({ overwritten: side, source: side })
export type Ends = z.infer<typeof ends>

function sideOf({ server_id, app_id }: Required<Place>, rows: readonly Json[]): Ends['source'] {
  const server = rows.find(({ id }) => textOf(id) === server_id)
  const app = rowsOf(server?.apps).find(({ id }) => textOf(id) === app_id)
  const { label, domain } = app ? compactApp(app) : { label: null, domain: null }
  return { app_id, label, domain, server_id, server: textOf(server?.label) || null }
}

/** @param direction `push`: the live app is overwritten; `pull`: the staging copy. */
export async function readEnds(
  { tool, direction }: { tool: string; direction: 'push' | 'pull' },
  target: AppTarget,
  context: RunContext,
): Promise<Ends> {
  const rows = await context.rows()
  const { staging, live } = pairOf(tool, target, rows)
  const [to, from] = direction === 'push' ? [live, staging] : [staging, live]
  return { overwritten: sideOf(to, rows), source: sideOf(from, rows) }
}

/** An end in words: `"store" (app 90021, www.example.com)`. Whoever labels an app must not write the sentence. */
export function inWords({ app_id, label, domain }: Ends['source']): string {
  const name = label ? `"${oneLine(label.replaceAll('"', "'"), 60)}" ` : ''
  return `${name}(app ${app_id}${domain ? `, ${oneLine(domain, 100)}` : ''})`
}
