/**
 * Which account a call is made on, decided before anything else is read of it: by its argument `account`; without it by
 * what a read names; and for a read that names nothing, the default account.
 *
 * @module
 */
import { type Json, object } from '../../base/json.ts'
import { InputError, isCloudwaysError } from '../../errors.ts'
import { type Entry, matching } from '../decide/names.ts'
import { taggedArguments } from '../decide/targets.ts'
import { calledName } from '../declare/called.ts'
import { isName } from '../declare/named.ts'
import { proposed, serverList } from '../platform.ts'
import { textOf } from '../send/inventory.ts'
import type { Toolkit } from '../toolkit.ts'
import type { Account } from '../types/api.ts'
import type { AnyTool, InputShape, ToolMap } from '../types/tool.ts'
import { accountIn, mayFanOut, previewed, withoutAccount } from './argument.ts'
import type { Estate, Estates, SeenKind } from './estates.ts'
import { allAccounts } from './rules.ts'

/** One of several accounts. */
export interface Member {
  name: string
  account: Account
  toolkit: Toolkit
}

/** Where a call goes, and its arguments without the account. */
export interface Routed {
  /** One account, or all of them. */
  members: readonly Member[]
  isAll: boolean
  input: Json
}

export interface RouteParts {
  /** The first one is asked when a read names nothing. */
  members: readonly Member[]
  estates: Estates
  tools: ToolMap
  shapeOf(tool: AnyTool): InputShape
}

/** What a call names. */
interface Named {
  tool: AnyTool
  values: Json
}

/**
 * @param meant the arguments as they were meant.
 * @throws InputError for an account that does not exist, for a change without one, for ids that were seen in another
 * account, and for a read of what is in no account or in several.
 */
export async function route(
  parts: RouteParts,
  tool: AnyTool,
  meant: unknown,
  signal: AbortSignal,
): Promise<Routed> {
  const { members, tools, shapeOf } = parts
  const names = members.map(({ name }) => name)
  const values = object(meant)
  // The account that is asked refuses what is no object.
  if (!values) return { members: members.slice(0, 1), isAll: false, input: meant as Json }
  const isPreview = tool.name === proposed.preview
  const innerTool = isPreview ? toolOf(tools, values.tool) : tool
  const inner = isPreview ? previewed(values, innerTool, innerTool && shapeOf(innerTool)) : {}
  const account = sameAccount(tool, accountIn(tool.name, values, names), accountIn(tool.name, inner, names))
  const input = withoutAccount(values)
  if (isPreview && inner.account !== undefined) input.arguments = withoutAccount(inner)
  const named = innerTool && { tool: innerTool, values: isPreview ? inner : values }
  if (account === allAccounts) {
    if (!mayFanOut(tool)) {
      throw new InputError(`${tool.name}: account must be one account, ${names.join(' or ')}.`)
    }
    // An id belongs to one account, and must not be sent to the others.
    const [target] = named ? targetsOf(named) : []
    if (!target) return { members, isAll: true, input }
    throw new InputError(
      `${tool.name}: account all is for reads that name no ${target.kind}.`,
      'Leave account out, and the one that has it is asked; or name one.',
    )
  }
  const member = account
    ? (members.find(({ name }) => name === account) as Member)
    : await found(parts, tool, named, signal)
  if (named) checkOwner(parts, member, named)
  return { members: [member], isAll: false, input }
}

function sameAccount(tool: AnyTool, one: string | undefined, other: string | undefined): string | undefined {
  if (!one || !other || one === other) return one ?? other
  throw new InputError(`${tool.name}: account is ${one}, and in its arguments ${other}.`)
}

function toolOf(tools: ToolMap, given: unknown): AnyTool | undefined {
  const name = calledName(String(given), tools)
  return Object.hasOwn(tools, name) ? tools[name] : undefined
}

/** The ids and names among the arguments. */
function targetsOf({ tool, values }: Named): { kind: string; text: string }[] {
  return Object.entries(taggedArguments(tool)).flatMap(([kind, name]) => {
    const text = textOf(values[name]).trim()
    return text ? [{ kind, text }] : []
  })
}

const seenKinds: readonly string[] = ['server', 'app', 'operation'] satisfies SeenKind[]
const isSeen = (target: { kind: string; text: string }): target is { kind: SeenKind; text: string } =>
  seenKinds.includes(target.kind) && !isName(target.text)

/** An id that was seen in one account does not go to another. Ids are unique on the platform. */
function checkOwner({ estates }: RouteParts, { name }: Member, named: Named): void {
  for (const { kind, text } of targetsOf(named).filter(isSeen)) {
    const owners = estates.owners(kind, text)
    const [owner] = owners
    if (owner === undefined || owners.includes(name)) continue
    const listed = kind === 'operation' ? '' : ` If ${name} has it as well, list it there first.`
    throw new InputError(
      `${named.tool.name}: ${kind} ${text} is of account ${owner}, not of ${name}.`,
      `Nothing was sent. Call again with account ${owner}.${listed}`,
    )
  }
}

/** The account of a call that names none. */
async function found(
  { members, estates }: RouteParts,
  tool: AnyTool,
  named: Named | undefined,
  signal: AbortSignal,
): Promise<Member> {
  const names = members.map(({ name }) => name)
  const targets = named ? targetsOf(named) : []
  const known = targets.filter(isSeen).map(({ kind, text }) => estates.owners(kind, text))
  const [only, ...others] = [...new Set(known.flat())]
  const isSure = only !== undefined && others.length === 0
  if (tool.risk !== 'read') {
    throw new InputError(
      `${tool.name}: account is required: a change names one of ${names.join(', ')}.`,
      isSure
        ? `Nothing was sent. What it names is of account ${only}.`
        : 'Nothing was sent. Call again with account.',
    )
  }
  if (targets.length === 0) return members[0] as Member
  const isPlace = ({ kind }: { kind: string }) => kind === 'server' || kind === 'app'
  const places = targets.filter(isPlace)
  if (places.length === 0) {
    const owner = isSure && members.find(({ name }) => name === only)
    if (owner) return owner
    throw new InputError(
      `${tool.name}: account is required here, one of ${names.join(', ')}.`,
      'Call again with the account that the id was answered for.',
    )
  }
  const wanted = named as Named
  const having = await Promise.all(members.map((member) => has(estates, member, { ...wanted, signal })))
  const owners = members.filter((_, index) => having[index])
  if (owners.length === 1) return owners[0] as Member
  const what = places.map(({ kind }) => kind).join(' and ')
  throw new InputError(
    owners.length === 0
      ? `${tool.name}: no account has this ${what}.`
      : `${tool.name}: several accounts have this ${what}: ${owners.map(({ name }) => name).join(', ')}.`,
    owners.length === 0
      ? `Call again with account, one of ${names.join(', ')}: the error then tells what comes near to it.`
      : 'Nothing is guessed: call again with account.',
  )
}

/** Names are looked up in a list that is seconds old, as everywhere. */
const freshMilliseconds = 10_000
/** A call with all that it waits for stays under a minute, so that little of that is for finding its account. */
const lookMilliseconds = 8000

/** Whether an account has what a call names. @throws InputError when that can't be read. */
async function has(
  estates: Estates,
  { name, account }: Member,
  { tool, values, signal }: Named & { signal: AbortSignal },
): Promise<boolean> {
  const { server, app } = taggedArguments(tool)
  const [server_id, app_id] = [server, app].map((argument) => textOf(argument && values[argument]).trim())
  const isIn = ({ servers, apps }: Estate) =>
    (!server_id || fits(server_id, servers)) && (!app_id || fits(app_id, apps))
  const estate = estates.of(name)
  const areIds = [server_id, app_id].every((text) => !text || !isName(text))
  if (estate && (Date.now() - estate.at < freshMilliseconds || (areIds && isIn(estate)))) {
    return isIn(estate)
  }
  try {
    await account.send(serverList, { signal, deadline: Date.now() + lookMilliseconds })
  } catch (error) {
    signal.throwIfAborted()
    if (!isCloudwaysError(error)) throw error
    throw new InputError(
      `${tool.name}: account is required now: what account ${name} has could not be read. ${error.message}`,
      'Call again with account.',
    )
  }
  const read = estates.of(name)
  return read !== undefined && isIn(read)
}

const fits = (text: string, entries: readonly Entry[]): boolean =>
  isName(text) ? matching(text, entries).length > 0 : entries.some(({ id }) => id === text)
