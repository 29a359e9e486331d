/**
 * Completion of the variables of addresses and of the arguments of prompts. Names of servers and apps are found as the
 * arguments of tools find them, by a call of a tool. No SDK here.
 *
 * @module
 */
import { type Json, object } from '../../base/json.ts'
import { oneLine } from '../../base/text.ts'
import { allAccounts } from '../../core/accounts/rules.ts'
import { proposed } from '../../core/platform.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { CallOptions } from '../../core/types/call.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { isCloudwaysError } from '../../errors.ts'
import type { McpRequest, Method } from './ask.ts'
import { carried } from './extra.ts'
import { invalidParams, protocolError } from './failures.ts'
import { promptsOf } from './prompts.ts'
import { callByItself } from './resources.ts'
import { accountsOf, inAccount, isListed, type Place, places, templateOf, toolsOf } from './uris.ts'

/** The parameters of `completion/complete`. */
interface Asked {
  ref: { type?: unknown; uri?: unknown; name?: unknown }
  argument: { name?: unknown; value?: unknown }
  /** What was chosen for the other arguments. */
  context?: { arguments?: unknown }
}

export const completionMethods = <T extends ToolMap>(toolkit: Toolkit<T>): Record<string, Method> => ({
  'completion/complete': async ({ params, extra }: McpRequest<Asked>) => ({
    completion: await complete(toolkit, params, carried(extra)),
  }),
})

/** What a value is one of. */
type Kind = Place['kind'] | 'account' | 'other'

/** What the argument of a template or of a prompt names. @throws an error of the protocol when there is none. */
function kindOf<T extends ToolMap>(toolkit: Toolkit<T>, { ref, argument }: Asked): Kind {
  if (ref.type === 'ref/resource') {
    const place = places.find((one) => templateOf(one) === ref.uri && isListed(toolkit, toolsOf(one).shows))
    if (!place)
      throw protocolError(invalidParams, 'There is no such template. resources/templates/list lists them.')
    return argument.name === 'id' ? place.kind : argument.name === 'account' ? 'account' : 'other'
  }
  const prompt = promptsOf(toolkit).find(({ name }) => name === ref.name)
  if (ref.type !== 'ref/prompt' || !prompt) {
    throw protocolError(invalidParams, 'There is no such prompt. prompts/list lists them.')
  }
  const found = prompt.arguments.find(({ name }) => name === argument.name)
  return found?.kind ?? 'other'
}

/** The most values of one answer, as the protocol has it. */
const mostValues = 100

async function complete<T extends ToolMap>(toolkit: Toolkit<T>, asked: Asked, options: CallOptions) {
  const kind = kindOf(toolkit, asked)
  const text = oneLine(typeof asked.argument.value === 'string' ? asked.argument.value : '', 255)
  if (kind === 'other') return { values: [], total: 0, hasMore: false }
  const values =
    kind === 'account'
      ? accountsOf(toolkit).filter((name) => name.startsWith(text.toLowerCase()))
      : await named(toolkit, kind, { text, options, where: accountChosen(toolkit, asked) })
  return {
    values: values.slice(0, mostValues),
    total: values.length,
    hasMore: values.length > mostValues,
  }
}

/** The account that the other arguments name, as an argument of tools; all of them where none is named. */
function accountChosen<T extends ToolMap>(toolkit: Toolkit<T>, { context }: Asked) {
  const { account } = object(context?.arguments) ?? {}
  const isOne = typeof account === 'string' && accountsOf(toolkit).includes(account)
  return inAccount(toolkit, isOne ? account : allAccounts)
}

interface Typed {
  text: string
  where: { account?: string }
  options: CallOptions
}

/** What names the servers or apps that may be meant, the likeliest first. Nothing when the list can't be had. */
async function named<T extends ToolMap>(toolkit: Toolkit<T>, kind: Place['kind'], typed: Typed) {
  const place = places.find((one) => one.kind === kind) as Place
  try {
    // A word of one letter is inside of too many others to be looked up.
    const rows =
      typed.text.length > 1 && isListed(toolkit, proposed.finder)
        ? await found(toolkit, place, typed)
        : await listed(toolkit, place, typed)
    return valuesOf(rows, typed.text)
  } catch (error) {
    if (isCloudwaysError(error)) return []
    throw error
  }
}

async function found<T extends ToolMap>(toolkit: Toolkit<T>, { kind }: Place, typed: Typed) {
  const { text, where, options } = typed
  const input = { ...where, query: text, limit: 50 }
  const answer = object(await callByItself(toolkit, proposed.finder, input, options))
  const { matches, near } = (answer ?? {}) as Record<string, Json[] | undefined>
  const ofKind = (rows: Json[] | undefined) => (rows ?? []).filter((row) => row.kind === kind)
  return [...ofKind(matches), ...ofKind(near)]
}

async function listed<T extends ToolMap>(toolkit: Toolkit<T>, place: Place, { text, where, options }: Typed) {
  const { lists } = toolsOf(place)
  if (!isListed(toolkit, lists)) return []
  const input =
    place.kind === 'app'
      ? { fields: ['id', 'label', 'domain'], limit: mostValues }
      : { fields: ['id', 'label'] }
  const answer = object(await callByItself(toolkit, lists, { ...where, ...input }, options))
  const begins = (value: unknown) =>
    String(value ?? '')
      .toLowerCase()
      .startsWith(text.toLowerCase())
  const rows = (answer?.[place.word] ?? []) as Json[]
  return rows.filter(({ id, label, domain }) => [id, label, domain].some(begins))
}

/** The name of each row: a domain or a label, and the id where two have the same or an id is typed. */
function valuesOf(rows: readonly Json[], text: string): string[] {
  const nameOf = ({ domain, label }: Json) => oneLine(String(domain || label || ''), 255)
  const names = rows.map(nameOf)
  const isOne = (name: string) =>
    names.filter((other) => other.toLowerCase() === name.toLowerCase()).length === 1
  return rows.map((row) => {
    const name = nameOf(row)
    return name && !/^\d+$/.test(text) && isOne(name) ? name : String(row.id)
  })
}
