/** The yes of two people: what tells that both are of the account, and what the refusal of one says. @module */
import type { AcceptedCall } from '../types/call.ts'
import type { OpenedPage, Plan, Reach } from '../types/plan.ts'

/** Whether two people said yes: the one whose account the call uses, and one who signed in with other credentials. */
export const areTwo = (by: readonly string[] | undefined, account: string): boolean =>
  by?.includes(account) === true && new Set(by).size >= 2

/**
 * What credentials of the same account can see. No token names its account, so a page lets somebody with another token in
 * by that. Of a change that names no server and no app, any server of the account is a sign.
 */
export async function reachOf({ api }: AcceptedCall, plan: Plan): Promise<Reach> {
  const rows = (plan.targets ?? []).filter(({ left_out }) => left_out === undefined)
  const places = [plan.target, ...rows]
  const servers = ids(places.map(({ server }) => server))
  const apps = ids([...places.map(({ app }) => app), ...plan.affected])
  if (servers.length + apps.length > 0) return { servers, apps }
  const { all } = await api.inventory()
  return { servers: [], apps: [], oneOf: ids(all) }
}

const ids = (things: readonly ({ id: string } | undefined)[]): string[] => [
  ...new Set(things.flatMap((thing) => (thing ? [thing.id] : []))),
]

/** How two people are asked on a page that takes both, and how many have said yes there. */
export function howTwo({ url, note }: OpenedPage, said: number): string {
  const far =
    said === 0 ? 'Nobody has said yes so far.' : 'One of the two has said yes: the second person is needed.'
  return [
    `Two people have to say yes (SECOND_YES). ${far} Give the person this link: ${url} .`,
    'They sign in there and pass the link on to a second person, who signs in with another token of the same account.',
    note,
    'When both have approved, make the same call again with the same arguments.',
  ]
    .filter(Boolean)
    .join(' ')
}

/** Where no page takes the yes of two people. */
export const noPlaceForTwo =
  'Two people have to say yes (SECOND_YES), and nothing here asks both. The change is made through `cloudways-tools http`, or `createServer` with a sign-in: its page asks both.'
