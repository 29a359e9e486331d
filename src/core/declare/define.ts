/** The declaration of a tool: an entry of a map, made of plain data and pure functions. @module */
import { checkOptions } from '../../base/options.ts'
import { InputError } from '../../errors.ts'
import { kinds } from '../platform.ts'
import { risks } from '../types/plan.ts'
import type { InputShape, Schema, Tool, ToolDefinition } from '../types/tool.ts'
import { reservedArguments } from './extras.ts'
import { hidesTag, tagOf } from './marks.ts'

const keys = Object.keys({
  ...{ title: true, description: true, risk: true, riskOf: true, input: true, output: true, request: true },
  ...{
    answer: true,
    otherForm: true,
    result: true,
    mayEndAtOnce: true,
    run: true,
    rows: true,
    effects: true,
    creates: true,
    requires: true,
    settle: true,
  },
  ...{
    next: true,
    reach: true,
    reveals: true,
    aliases: true,
    edit: true,
    campaign: true,
    lock: true,
    requests: true,
    picks: true,
    adds: true,
    defaults: true,
    check: true,
    proof: true,
    backupFirst: true,
    touches: true,
    closes: true,
  },
} satisfies Record<keyof ToolDefinition, true>)

/**
 * Declare tools. The key is the tool's name: verb first, `snake_case`.
 *
 * @param toolset the group these tools are selected by.
 * @param options `core: false`: the preset `core` leaves them out.
 * @throws InputError when a declaration is not complete or has a key that does not exist.
 *
 * @example
 * const mine = defineTools('reports', {
 *   count_servers: {
 *     title: 'Count servers',
 *     description: 'Counts the servers of the account. Answers one number.',
 *     risk: 'read',
 *     input: {},
 *     output: z.looseObject({ count: z.number() }),
 *     request: () => ({ method: 'GET', path: '/server' }),
 *     answer: (body) => ({ count: (body as { servers: unknown[] }).servers.length }),
 *   },
 * })
 */
export function defineTools<
  const Toolset extends string,
  Shapes extends Record<string, InputShape>,
  Outputs extends Record<keyof Shapes, Schema>,
>(
  toolset: Toolset,
  // Three faces of one map: the first two let TypeScript infer, the third types the functions.
  tools: { [K in keyof Shapes]: { input: Shapes[K] } } & { [K in keyof Outputs]: { output: Outputs[K] } } & {
    [K in keyof Shapes & keyof Outputs]: ToolDefinition<Shapes[K], Outputs[K]>
  },
  { core = true }: { core?: boolean } = {},
  // Mapped over `keyof Shapes` alone, so that editors find the declaration of a tool from wherever it is used.
): { [K in keyof Shapes]: Tool<Shapes[K], Outputs[K]> } {
  const entries = Object.entries<ToolDefinition>(tools as Record<string, ToolDefinition>)
  return Object.fromEntries(
    entries.map(([name, tool]) => [name, check({ ...tool, name, toolset, core })]),
  ) as ReturnType<typeof defineTools<Toolset, Shapes, Outputs>>
}

/** The kinds that a scope bounds and that a plan names. */
const guarded = ['server', 'app'] as const

/** The rules guard only what a tag names, so every tag has to be where the rules look. */
function checkTags({ input }: Tool, refuse: (problem: string) => void): void {
  const named = Object.entries(input ?? {}).map(([name, schema]) => {
    if (hidesTag(schema))
      refuse(`${name} names a server or an app inside something else; make it an argument.`)
    const { names, besides } = tagOf(schema) ?? {}
    const kind = guarded.find((one) => kinds[one].argument === name)
    if (kind && (names !== kind || besides))
      refuse(`${name}: use ${kind}(), so that scope, protection and the plan know what it names.`)
    return besides ? undefined : names
  })
  const twice = named.find((names, index) => names !== undefined && named.indexOf(names) !== index)
  if (twice) refuse(`two arguments name a ${twice}; one call is about one.`)
}

function check(tool: Tool): Tool {
  const { name, toolset, core: _, ...definition } = tool
  const refuse = (problem: string) => {
    throw new InputError(`Tool ${name}: ${problem}`, 'Fix the declaration.')
  }
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) refuse('the name must be snake_case.')
  // The providers take no longer one, and many clients put the name of the server in front of it.
  if (name.length > 64) refuse('the name has more than 64 characters.')
  checkOptions(`tool ${name}`, definition, keys)
  if (!risks.includes(tool.risk)) refuse(`risk must be one of ${risks.join(', ')}.`)
  if ([tool.request, tool.run, tool.edit, tool.campaign].filter(Boolean).length !== 1) {
    refuse('exactly one of request, run, edit and campaign is needed.')
  }
  if (tool.edit && !tool.lock) refuse('a tool that edits something needs a lock.')
  if (tool.requests !== undefined && !(tool.run && Number.isInteger(tool.requests) && tool.requests >= 0)) {
    refuse('requests is the most requests that run makes, a whole number.')
  }
  if (tool.risk !== 'read' && !tool.effects) refuse('a tool that changes something needs effects.')
  if (tool.picks && !tool.input.time) refuse('what picks a restore point needs the argument time.')
  if (tool.closes && !tool.input.until) refuse('closes needs the argument until.')
  if (tool.backupFirst && !tool.input.backup_first) refuse('backupFirst needs the argument backup_first.')
  const taken = reservedArguments.find((name) => Object.hasOwn(tool.input ?? {}, name))
  if (taken === 'account')
    refuse('account says which of several accounts is meant; name the argument otherwise.')
  else if (taken) refuse(`${taken} is the token of a confirmation in two steps; name the argument otherwise.`)
  checkTags(tool, refuse)
  if (!tool.title || !tool.description || !tool.input || !tool.output) {
    refuse('title, description, input and output are needed.')
  }
  return withNow(tool)
}

/** What an edit reads first is what the change replaces. */
const withNow = (tool: Tool): Tool =>
  tool.edit && tool.effects ? { ...tool, effects: { now: tool.edit.read, ...tool.effects } } : tool
