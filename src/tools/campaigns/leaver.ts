/** What of a server, an app or the team is about a person who leaves: the changes, and what is left out. @module */
import { oneLine, readable } from '../../base/text.ts'
import { textOf } from '../../core/send/inventory.ts'
import type { WantedItem } from '../../core/types/campaign.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { readList, type Tab } from '../allow-list.ts'
import { type Key, keysIn, type Place, type readMembers, readUsers } from '../estate/access-places.ts'
import { type EstateApp, type EstateServer, settledParts } from '../estate/rows.ts'
import { isIn, isSame, meets, names } from './person.ts'
import { idsOf, leftOut } from './ready.ts'

export const remove = 'remove_team_member'

/** What strangers chose, on one line. */
const shown = (label: string) => oneLine(readable(label), 100)

/** Who leaves, and who is never to be locked out. */
export interface Asked {
  person: readonly string[]
  addresses?: readonly string[]
  never: readonly string[]
}

export const told = (tool: string, target: string, why: string): WantedItem => ({
  tool,
  input: {},
  leftOut: { target, why },
})

export const unreadPlace = (place: Place, why: string): WantedItem =>
  leftOut('server' in place ? 'delete_app_credential' : 'update_whitelisted_ips', place, why)

/** `why`: it is left out. */
interface Verdict {
  why?: string
}

/**
 * Whether something is about the person; `undefined`: it is not.
 *
 * @param texts what it is called by.
 * @param also what else would be gone with it.
 */
function judged(
  { person, never }: Asked,
  texts: readonly string[],
  also: readonly string[],
): Verdict | undefined {
  const fits = (how: typeof names) => person.some((words) => texts.some((one) => how(words, one)))
  if (!fits(isIn)) return undefined
  if (!fits(names)) return { why: 'It fits only in part: give the whole word in person, if it is meant.' }
  const shared = never.find((words) => [...texts, ...also].some((one) => names(words, one)))
  return shared === undefined ? {} : { why: wouldHit(shared) }
}

const wouldHit = (shared: string) => `It would lock out ${shared}.`

type Member = Awaited<ReturnType<typeof readMembers>>[number]

export function itemOfMember(asked: Asked, { id, name, email }: Member): WantedItem[] {
  const [texts, who] = [[textOf(name), textOf(email)], shown(`${textOf(name)} ${textOf(email)}`)]
  const verdict = judged(asked, texts, [])
  if (!verdict) return []
  if (verdict.why !== undefined) return [told(remove, who, verdict.why)]
  return [{ tool: remove, input: { member_id: textOf(id) }, called: who }]
}

export async function itemsOfApp(asked: Asked, app: EstateApp, context: RunContext): Promise<WantedItem[]> {
  const users = await readUsers(app, context)
  return users.flatMap(({ id, user, keys }) => {
    const tool = 'delete_app_credential'
    // With a user its keys are gone.
    const verdict = judged(
      asked,
      [user],
      keys.map(({ label }) => label),
    )
    if (verdict && verdict.why === undefined)
      return [
        { tool, input: { ...idsOf(app), app_cred_id: id }, change: `user ${shown(user)} with its keys` },
      ]
    return [
      ...(verdict ? [leftOut(tool, app, `User ${shown(user)}: ${verdict.why}`)] : []),
      ...itemsOfKeys(asked, app, keys),
    ]
  })
}

function itemsOfKeys(asked: Asked, place: Place, keys: readonly Key[]): WantedItem[] {
  const tool = 'delete_ssh_key'
  const { server_id } = 'server' in place ? idsOf(place) : { server_id: place.id }
  return keys.flatMap(({ id, label }) => {
    const verdict = judged(asked, [label], [])
    if (!verdict) return []
    const why = verdict.why ?? (id === '' ? 'Cloudways does not tell its id.' : undefined)
    if (why !== undefined) return [leftOut(tool, place, `SSH key ${shown(label)}: ${why}`)]
    return [{ tool, input: { server_id, ssh_key_id: id }, change: `SSH key ${shown(label)}` }]
  })
}

export async function itemsOfServer(
  asked: Asked,
  server: EstateServer,
  context: RunContext,
): Promise<WantedItem[]> {
  const keys = itemsOfKeys(asked, server, keysIn(server.row.ssh_keys) ?? [])
  if (!asked.addresses?.length) return keys
  const { values, missed } = await settledParts(`server ${server.id}`, {
    sftp: readList(context, server.id, 'sftp'),
    mysql: readList(context, server.id, 'mysql'),
  })
  const lists = (['sftp', 'mysql'] as const).flatMap((tab) =>
    itemsOfList(asked, server, { tab, ips: values[tab]?.ips ?? [] }),
  )
  return [
    ...keys,
    ...lists,
    ...missed.map(({ what, why }) => unreadPlace(server, `Not read: ${what}: ${why}`)),
  ]
}

/** The addresses of the person in one list. A network with others in it stays, and is told. */
function itemsOfList(
  { addresses = [], never }: Asked,
  server: EstateServer,
  { tab, ips }: { tab: Tab; ips: readonly string[] },
): WantedItem[] {
  const tool = 'update_whitelisted_ips'
  const where = tab === 'sftp' ? 'SSH and SFTP' : 'MySQL'
  const hit = ips.filter((ip) => addresses.some((own) => meets(ip, own)))
  const why = (ip: string): string | undefined => {
    const shared = never.find((words) => meets(words, ip))
    if (shared !== undefined) return wouldHit(shared)
    return addresses.some((own) => isSame(ip, own))
      ? undefined
      : 'It covers more or less than the address given.'
  }
  const gone = hit.filter((ip) => why(ip) === undefined)
  const left = hit.flatMap((ip) => {
    const reason = why(ip)
    return reason === undefined ? [] : [leftOut(tool, server, `${ip} (${where}): ${reason}`)]
  })
  if (gone.length === 0) return left
  const change = `${gone.join(', ')} may no longer use ${where}`
  return [{ tool, input: { server_id: server.id, tab, remove: gone }, change }, ...left]
}
