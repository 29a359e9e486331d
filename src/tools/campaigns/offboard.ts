/** A person who leaves, taken out of everything the platform tells: one campaign. @module */
import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { textOf } from '../../core/send/inventory.ts'
import type { WantedItem } from '../../core/types/campaign.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { readList, type Tab } from '../allow-list.ts'
import {
  fromPlace,
  handleOf,
  type Key,
  keysIn,
  type Place,
  placesOf,
  readMembers,
  readUsers,
  unknowable,
} from '../estate/access-places.ts'
import { doneOf, type EstateApp, type EstateServer, readEstate, settledParts } from '../estate/rows.ts'
import { ipOrNetwork } from '../params.ts'
import { isIn, isSame, meets, names } from './person.ts'
import { idsOf, includeProtected, leftOut, policyOf, ready, unreadServers } from './ready.ts'

const text = (least: number) => z.string().trim().min(least).max(255)

export const offboardCampaigns = defineTools(
  'campaigns',
  {
    offboard_person: {
      title: 'Offboard a person',
      description:
        'Takes a person out of the team, the SSH keys, the users of apps and the allowed addresses, as one campaign. Ask who must never be locked out: what would hit them is left out and told. Check with who_has_access first.',
      risk: 'destructive',
      settle: ready.settle,
      output: ready.output,
      input: {
        person: z
          .array(text(3))
          .min(1)
          .max(20)
          .describe('Whole words of name, email, user names, labels of keys'),
        addresses: z.array(ipOrNetwork()).max(50).optional().describe('Those of the person alone'),
        never: z.array(text(1)).min(1).max(100).describe('Who is never locked out; the person says it'),
        continue_from: fromPlace(),
        include_protected: includeProtected(),
      },
      effects: {
        impact:
          'A person and whoever uses the same keys, users and addresses is locked out. The plan lists each.',
        undo: 'undo_campaign puts addresses back. Members, users and keys are made anew, by hand.',
      },
      campaign: async (input, context) => {
        const { continue_from, include_protected = [] } = input
        const servers = await readEstate(context)
        const [members] = await context.each(['members'], (_, own) => readMembers(own))
        const read = await context.each(placesOf(servers, continue_from), (place, own) =>
          'server' in place ? itemsOfApp(input, place, own) : itemsOfServer(input, place, own),
        )
        const { done, left } = doneOf(read)
        return {
          title: 'Offboard a person',
          items: [
            ...(members && 'value' in members
              ? members.value.flatMap((member) => itemOfMember(input, member))
              : [told(remove, 'The members of the team', members?.why ?? 'They were not read.')]),
            ...done.flatMap((one) => ('value' in one ? one.value : [unreadPlace(one.item, one.why)])),
            ...(left ? [unreadPlace(left, noTime(left))] : []),
            ...unreadServers('delete_app_credential', servers),
            told(remove, 'What nobody here can see', unknowable),
          ],
          // One that fails must not leave the others open.
          policy: policyOf(500),
          includeProtected: include_protected,
        }
      },
    },
  },
  { core: false },
)

const remove = 'remove_team_member'

interface Asked {
  person: readonly string[]
  addresses?: readonly string[]
  never: readonly string[]
}

const told = (tool: string, target: string, why: string): WantedItem => ({
  tool,
  input: {},
  leftOut: { target, why },
})

const unreadPlace = (place: Place, why: string): WantedItem =>
  leftOut('server' in place ? 'delete_app_credential' : 'update_whitelisted_ips', place, why)

const noTime = (place: Place) =>
  `There was no time to read it and what comes after it. Call again with continue_from: ${handleOf(place)}.`

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

function itemOfMember(asked: Asked, { id, name, email }: Member): WantedItem[] {
  const [texts, who] = [[textOf(name), textOf(email)], `${textOf(name)} ${textOf(email)}`.trim()]
  const verdict = judged(asked, texts, [])
  if (!verdict) return []
  if (verdict.why !== undefined) return [told(remove, who, verdict.why)]
  return [{ tool: remove, input: { member_id: textOf(id) }, called: who }]
}

async function itemsOfApp(asked: Asked, app: EstateApp, context: RunContext): Promise<WantedItem[]> {
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
      return [{ tool, input: { ...idsOf(app), app_cred_id: id }, change: `user ${user} with its keys` }]
    return [
      ...(verdict ? [leftOut(tool, app, `User ${user}: ${verdict.why}`)] : []),
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
    if (why !== undefined) return [leftOut(tool, place, `SSH key ${label}: ${why}`)]
    return [{ tool, input: { server_id, ssh_key_id: id }, change: `SSH key ${label}` }]
  })
}

async function itemsOfServer(asked: Asked, server: EstateServer, context: RunContext): Promise<WantedItem[]> {
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
