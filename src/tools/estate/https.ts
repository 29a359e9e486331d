/** Whether visitors of an app are sent to HTTPS: one request for each app. @module */
import { object } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { UpstreamError } from '../../errors.ts'
import { isOn } from '../effects.ts'
import type { EstateApp } from './rows.ts'

/** More requests would use up the limit of their path within a call. */
export const mostHttps = 80

/** @throws UpstreamError when that can't be read. */
export async function readHttps({ id, server }: EstateApp, { send }: RunContext): Promise<boolean> {
  const query = { server_id: server.id, app_id: id }
  const body = object(await send({ method: 'GET', path: '/app/get_settings_value', query }))
  const enforced = isOn(body?.enforce_https)
  if (enforced !== null) return enforced
  throw new UpstreamError('Cloudways did not tell whether HTTPS is enforced.', 'It stays unknown.')
}
