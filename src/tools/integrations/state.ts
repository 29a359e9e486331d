/**
 * Integrations: where alerts go. The address of a webhook lets whoever has it write there, so that only its host is told.
 *
 * @module
 */
import * as z from 'zod'
import { type Json, object, readRows, readTexts, textOf, unknownShape } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { UpstreamError } from '../../errors.ts'
import { isOn } from '../effects.ts'
import { id, row } from '../outputs.ts'
import { email } from '../params.ts'

export const integrationRow = row({
  integration_id: id,
  name: z.string(),
  channel: id.describe('Its kind: list_alert_channels'),
  events: z.array(id),
  is_active: z.boolean(),
  to: z.string().nullable(),
  webhook_host: z.string().nullable(),
})

export const listRequest = { method: 'GET', path: '/integrations' } as const

/** The host of a webhook. The rest of its address is as good as a password. */
export function hostOf(url: unknown): string | null {
  const text = textOf(url)
  return URL.canParse(text) ? new URL(text).host || null : null
}

const orNull = (value: unknown) => textOf(value) || null

/** One integration, with the whole address of its webhook: for what is sent, never for an answer. */
function whole({ id, name, channel, events, is_active, config }: Json) {
  const { to, url } = object(config) ?? {}
  return {
    integration_id: orNull(id),
    name: orNull(name),
    channel: orNull(channel),
    events: readTexts(events) ?? null,
    is_active: isOn(is_active),
    to: orNull(to),
    webhook_host: hostOf(url),
    webhook_url: orNull(url),
  }
}

/** One integration as an answer tells it. */
export function shown(integration: Json) {
  const { webhook_url: _, ...rest } = whole(integration)
  return rest
}

export function integrationsIn(body: unknown): Json[] {
  const rows = readRows(object(body)?.integrations)
  if (!rows) throw unknownShape('the integrations')
  return rows
}

export type Integration = ReturnType<typeof whole>

/** @throws UpstreamError when there is no such integration. */
export async function readIntegration({ send }: RunContext, integration_id: string): Promise<Integration> {
  const found = integrationsIn(await send(listRequest)).find(({ id }) => textOf(id) === integration_id)
  if (found) return whole(found)
  throw new UpstreamError(
    `This account has no integration ${integration_id}.`,
    'Nothing was changed. list_alert_integrations lists them.',
    { reason: 'not_found' },
  )
}

const address = email('')

/** Where alerts go, in words. What reads like neither is not repeated. */
export function placeOf({ to, url }: { to?: unknown; url?: unknown }): string {
  const host = hostOf(url)
  const places = [address.safeParse(to).success && textOf(to), host && `the webhook at ${host}`].filter(
    Boolean,
  )
  return places.join(' and ') || 'a place that is not told'
}
