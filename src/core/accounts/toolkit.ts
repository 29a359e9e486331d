/**
 * A toolkit with several accounts: one toolkit for each, and the call is routed to the right one before it begins. No
 * step of a call knows that there are several, so nothing that is kept for one account can reach another.
 *
 * @module
 */
import { hashOf } from '../../base/json.ts'
import { never } from '../../base/signal.ts'
import { InputError, isCloudwaysError } from '../../errors.ts'
import type { ToolkitAdapter } from '../adapter.ts'
import { meantArguments } from '../decide/meant.ts'
import { calledTool, readAs, toldName } from '../declare/called.ts'
import { describeTool, type View } from '../declare/describe.ts'
import { outerList } from '../declare/outer.ts'
import { auditRefusal, calledOrTold } from '../recorded.ts'
import { leftRecords } from '../send/left.ts'
import { createToolkit, type Seat, type Toolkit } from '../toolkit.ts'
import type { Account } from '../types/api.ts'
import type { CallOptions } from '../types/call.ts'
import type { ToolDescription } from '../types/description.ts'
import type { ToolkitServices } from '../types/services.ts'
import type { AnyTool, InputShape, ToolMap } from '../types/tool.ts'
import { watchList } from '../watch-list.ts'
import { inAll, ofAccount } from './all.ts'
import { accountIn, answerOfAccounts, withAccount, withoutAccount } from './argument.ts'
import type { Estates } from './estates.ts'
import { type Member, type Routed, type RouteParts, route } from './route.ts'
import { allAccounts } from './rules.ts'

/** @param seats the default account first. Each has a name. */
export function createAccountsToolkit(
  seats: readonly Seat[],
  services: ToolkitServices,
  estates: Estates,
): Toolkit {
  const members = seats.map((seat) => ({
    name: seat.name as string,
    account: seat.account,
    toolkit: createToolkit(seat, services),
  }))
  const [first] = members as [Member, ...Member[]]
  const names = members.map(({ name }) => name)
  const { tools, shapeOf, describe, lists } = together(seats, names)
  const { known, isSearched } = (seats[0] as Seat).view
  const parts: RouteParts = { members, estates, tools, shapeOf }

  /** Stands in the audit for a call of which nobody knows the account. */
  const nobody = { rules: (seats[0] as Seat).rules, account: unnamed }
  const meant = (tool: string, input: unknown) => calledOrTold(nobody, { tool, input }, known)

  /** What no account can be asked about is refused here, and told to the audit like every refusal. */
  async function routed(
    name: string,
    given: unknown,
    { signal, isTold = true }: { signal: AbortSignal; isTold?: boolean },
  ): Promise<Routed> {
    const tool = Object.hasOwn(tools, name) ? (tools[name] as AnyTool) : undefined
    // The account that is asked tells why there is no such tool.
    if (!tool) return { members: [first], isAll: false, input: given as never }
    let input = given
    try {
      input = meantArguments(tool, given, shapeOf(tool))
      return await route(parts, tool, input, signal)
    } catch (error) {
      if (isCloudwaysError(error) && isTold) {
        await auditRefusal(nobody, { tool: name, input, rule: 'input', risk: tool.risk }, error)
      }
      throw error
    }
  }

  async function callOn(
    member: Member,
    name: string,
    input: unknown,
    options: CallOptions,
  ): Promise<unknown> {
    const isChange = tools[name]?.risk !== 'read'
    try {
      const answer = await member.toolkit.call(name, input as never, options)
      const { operation_id } = answer as { operation_id?: unknown }
      if (typeof operation_id === 'string') estates.started(member.name, operation_id)
      return answer
    } finally {
      if (isChange) estates.changed(member.name)
    }
  }

  async function call(given: string, values: unknown, options: CallOptions = {}): Promise<unknown> {
    const { signal = never() } = options
    const called = await meant(given, values)
    const { name } = called
    const { members: asked, isAll, input } = await routed(name, called.input, { signal })
    const on = (one: string) => asked.find((member) => member.name === one) as Member
    if (isAll) return inAll(names, (one) => callOn(on(one), name, input, options), signal)
    const [member] = asked as [Member]
    return toldName(ofAccount(member.name, await callOn(member, name, input, options)), called)
  }

  /** What is left for later belongs to these accounts together, and to none of them alone. */
  const owner = async () =>
    hashOf(await Promise.all(members.map(async ({ name, toolkit }) => [name, await toolkit.adapter.owner()])))

  /** The one account that a change is made on. */
  async function oneFor(given: string, values: unknown, how: { signal?: AbortSignal; isTold?: boolean }) {
    const called = await meant(given, values)
    const { name } = called
    const { members: asked, isAll, input } = await routed(name, called.input, { signal: never(), ...how })
    if (isAll) throw new InputError(`${name}: a plan is about one account, ${names.join(' or ')}.`)
    return { member: asked[0] as Member, name, input: input as never }
  }

  const list = () => (isSearched ? outerList(reached()) : reached())

  function reached(): readonly ToolDescription[] {
    // A tool is left out when no account reaches it.
    const left = new Set(members.flatMap(({ toolkit }) => toolkit.adapter.reached().map((one) => one.name)))
    const key = [...left].join(' ')
    const known = lists.get(key)
    if (known) return known
    const made = Object.values(tools)
      .filter((tool) => left.has(tool.name))
      .map(describe)
    lists.set(key, made)
    return made
  }

  return {
    tools,
    list,
    call: call as Toolkit['call'],
    async plan(given, values, { signal } = {}) {
      const { member, name, input } = await oneFor(given, values, signal ? { signal } : {})
      return member.toolkit.plan(name, input, { signal })
    },
    closeAccess(closing_id, { account = first.name, signal } = {}) {
      const member = members.find(({ name }) => name === account)
      if (!member)
        throw new InputError(`There is no account ${account}.`, `The accounts: ${names.join(', ')}.`)
      return member.toolkit.closeAccess(closing_id, { signal })
    },
    adapter: {
      ...first.toolkit.adapter,
      accounts: names,
      reached,
      called: (name, input) => readAs(name, input, known),
      owner,
      left: leftRecords((seats[0] as Seat).rules, owner),
      accepts: (name, given) => accepts(name, given),
      timedAccess: async () =>
        (await Promise.all(members.map(({ toolkit }) => toolkit.adapter.timedAccess()))).flat(),
      async refreshList() {
        await Promise.all(members.map(({ account }) => account.role?.refresh()))
      },
      onListChanged: (listener) =>
        watchList(
          list,
          members.map(({ account }) => account),
          listener,
        ),
      async needsApproval(given, values, key, options = {}) {
        // A refusal is told by the call itself, which follows.
        const { member, name, input } = await oneFor(given, values, { ...options, isTold: false })
        return member.toolkit.adapter.needsApproval(name, input, key, options)
      },
    } satisfies ToolkitAdapter,
  }

  function accepts(asked: string, said: unknown): boolean {
    try {
      const { name, input: given } = calledTool(asked, said, known)
      const tool = tools[name]
      if (!tool) return false
      const values = meantArguments(tool, given, shapeOf(tool)) as Record<string, unknown>
      const account = accountIn(name, values, names)
      if (tool.risk !== 'read' && (!account || account === allAccounts)) return false
      const { toolkit } = members.find((member) => member.name === account) ?? first
      return toolkit.adapter.accepts(name, withoutAccount(values))
    } catch {
      return false
    }
  }
}

/** Stands in the audit where no account was named. */
const unnamed: Account = {
  id: async () => 'none',
  secrets: () => [],
  send: () => Promise.reject(new InputError('No account was named.')),
  session: () => Promise.reject(new InputError('No account was named.')),
}

/** The tools of all accounts, with the account among their arguments, and their descriptions. */
interface Listing {
  tools: ToolMap
  shapeOf(tool: AnyTool): InputShape
  describe(tool: AnyTool): ToolDescription
  /** By the tools that are listed. */
  lists: Map<string, readonly ToolDescription[]>
}

/** Describing all tools takes 50 ms. Sign-ins share what is the same for all with accounts of the same names. */
const listings = new WeakMap<View, Map<string, Listing>>()
const mostListings = 20

function together(seats: readonly Seat[], names: readonly string[]): Listing {
  const view = (seats[0] as Seat).view
  if (!seats.every((seat) => seat.view === view)) return listing(seats, names)
  const known = listings.get(view) ?? new Map<string, Listing>()
  listings.set(view, known)
  const key = names.join(' ')
  const found = known.get(key) ?? listing(seats, names)
  known.delete(key)
  known.set(key, found)
  if (known.size > mostListings) known.delete(known.keys().next().value as string)
  return found
}

function listing(seats: readonly Seat[], names: readonly string[]): Listing {
  const tools: ToolMap = Object.assign({}, ...seats.map(({ view }) => view.tools))
  const shapes = new Map<AnyTool, InputShape>()
  const shapeOf = (tool: AnyTool): InputShape => {
    const known = shapes.get(tool)
    if (known) return known
    const shape = withAccount(
      tool,
      widest(
        tool,
        seats.map(({ view }) => view),
      ),
      names,
    )
    shapes.set(tool, shape)
    return shape
  }
  const describe = (tool: AnyTool) => answerOfAccounts(describeTool(tool, shapeOf(tool)), names)
  return { tools, shapeOf, describe, lists: new Map() }
}

/** A scope of one server fills an argument in. It is listed when another account needs it. */
function widest(tool: AnyTool, views: readonly View[]): InputShape {
  const shapes = views.map((view) => view.shapeOf(tool))
  return shapes.reduce((most, shape) => (Object.keys(shape).length > Object.keys(most).length ? shape : most))
}
