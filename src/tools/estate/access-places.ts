/** Where somebody can get in, and who: the servers and apps in turn, the members, the users of an app. @module */
import { object, readRows, textOf } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { UpstreamError } from '../../errors.ts'
import { continueFrom, type EstateApp, type EstateServer } from './rows.ts'

/** What can get in and the API tells nothing of. */
export const unknowable =
  'Cloudways does not tell: keys of the master user, access tokens, addresses let into the browser terminal and Adminer, and who is signed in.'

export type Place = EstateServer | EstateApp

export const named = (place: Place) => `${'server' in place ? 'app' : 'server'} ${place.id}`

/** A server by its id, an app by the ids of its server and its own. */
export const handleOf = (place: Place) => ('server' in place ? `${place.server.id}.${place.id}` : place.id)

/** Each server before its apps, in the order of ids, from a handle on. */
export function placesOf(servers: readonly EstateServer[], from = '0'): Place[] {
  const byId = (one: Place, other: Place) => Number(one.id) - Number(other.id)
  const [server_id = 0, app_id = 0] = from.split('.').map(Number)
  const isBefore = (place: Place) =>
    'server' in place
      ? Number(place.server.id) < server_id ||
        (Number(place.server.id) === server_id && Number(place.id) < app_id)
      : Number(place.id) < server_id || (Number(place.id) === server_id && app_id > 0)
  return servers
    .flatMap((server): Place[] => [server, ...[...(server.apps ?? [])].sort(byId)])
    .filter((place) => !isBefore(place))
}

/** The handle of an unfinished answer, as an argument. */
export const fromPlace = () => continueFrom(/^\d+(\.\d+)?$/)

/** The members of the team. @throws UpstreamError */
export async function readMembers({ send }: RunContext) {
  const body = object(await send({ method: 'GET', path: '/member' }))
  const rows = readRows(object(body?.contents)?.members)
  if (!rows) throw new UpstreamError('Cloudways did not tell the members.', 'They stay unknown.')
  return rows.map(({ id, name, email, role, status }) => ({ id, name, email, role, status }))
}

/** A key that a user of an app, or a master user, signs in with. */
export interface Key {
  /** Empty: not told. */
  id: string
  label: string
}

/** The keys in a row; `undefined`: it tells none. */
export const keysIn = (rows: unknown): Key[] | undefined =>
  readRows(rows)
    ?.map(({ id, ssh_key_id, label }) => ({ id: textOf(ssh_key_id) || textOf(id), label: textOf(label) }))
    .filter(({ label }) => label !== '')

/** The users of an app with their keys. Passwords stay behind. @throws UpstreamError */
export async function readUsers({ id: app_id, server }: EstateApp, { send }: RunContext) {
  const query = { server_id: server.id, app_id }
  const rows = readRows(object(await send({ method: 'GET', path: '/app/creds', query }))?.app_creds)
  if (!rows) throw new UpstreamError('Cloudways did not tell the users of the app.', 'They stay unknown.')
  return rows.map(({ id, sys_user, ssh_keys }) => ({
    id: textOf(id),
    user: textOf(sys_user),
    keys: keysIn(ssh_keys) ?? [],
  }))
}
