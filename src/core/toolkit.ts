/**
 * A toolkit: the visible tools, their descriptions, and one way to call them.
 *
 * @module
 */

import { nearest } from '../base/options.ts'
import { never } from '../base/signal.ts'
import { type CloudwaysError, InputError, PolicyError } from '../errors.ts'
import { outcomeOf } from './answer/failure.ts'
import { clean } from './answer/untrusted.ts'
import { forget, remember } from './decide/confirm.ts'
import { inputSchema } from './decide/parse.ts'
import { type HidingRule, hidden as hiddenTool, mayAsk, takesToken } from './decide/policy.ts'
import { fixedArguments } from './decide/scope.ts'
import { type JsonSchema, objectSchema, optionalText, toJsonSchema } from './declare/schema.ts'
import type { Selected } from './declare/select.ts'
import { planTool, runTool } from './pipeline.ts'
import { audit } from './recorded.ts'
import type { Transport } from './types/api.ts'
import type { CallOptions, Kit, Policy, Rules } from './types/call.ts'
import type { Plan, Risk } from './types/plan.ts'
import type { AnyTool, InputShape, ToolInput, ToolMap, ToolOutput } from './types/tool.ts'

/** The hints of the Model Context Protocol, computed from `risk`. */
export interface ToolAnnotations {
  title: string
  readOnlyHint: boolean
  destructiveHint: boolean
  idempotentHint: boolean
  openWorldHint: boolean
}

/** All a framework needs to know of a tool. */
export interface ToolDescription {
  name: string
  title: string
  description: string
  toolset: string
  risk: Risk
  inputSchema: JsonSchema
  outputSchema: JsonSchema
  annotations: ToolAnnotations
}

const descriptions = new WeakMap<AnyTool, ToolDescription>()

/** Describe a tool; converted once, then remembered. */
export function describeTool(tool: AnyTool, shape: InputShape = tool.input): ToolDescription {
  const known = shape === tool.input ? descriptions.get(tool) : undefined
  if (known) return known
  const schema = shape === tool.input ? inputSchema(tool) : objectSchema(tool.name, shape)
  const description: ToolDescription = {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    toolset: tool.toolset,
    risk: tool.risk,
    inputSchema: toJsonSchema(tool.name, schema, 'input'),
    outputSchema: toJsonSchema(tool.name, tool.output, 'output'),
    annotations: {
      title: tool.title,
      readOnlyHint: tool.risk === 'read',
      // Taking a site offline is as bad as losing data to whoever is asked for approval.
      destructiveHint: tool.risk === 'disruptive' || tool.risk === 'destructive',
      idempotentHint: tool.risk === 'read',
      openWorldHint: true,
    },
  }
  if (shape === tool.input) descriptions.set(tool, description)
  return description
}

/** The listed tools of a toolkit, as they look under its policy. Shared by all accounts. */
export interface View {
  tools: ToolMap
  hidden: ReadonlyMap<string, HidingRule>
  list: readonly ToolDescription[]
  /** The arguments of a listed tool, as a model sees them. */
  shapeOf(tool: AnyTool): InputShape
}

export function createView({ tools, hidden }: Selected, policy: Policy): View {
  let list: readonly ToolDescription[] | undefined
  const shapeOf = (tool: AnyTool) => shapeUnder(policy, tool)
  return {
    tools,
    hidden,
    get list() {
      list ??= Object.values(tools).map((tool) => describeTool(tool, shapeOf(tool)))
      return list
    },
    shapeOf,
  }
}

const twoStep = 'Only after a person said yes: the `confirm` that the plan came with'

/** Without the arguments that the scope fixes; with the token of a two-step confirmation. */
function shapeUnder(policy: Policy, tool: AnyTool): InputShape {
  const fixed = fixedArguments(tool, policy)
  const asks = takesToken(tool, policy)
  if (fixed.length === 0 && !asks) return tool.input
  const rest = Object.fromEntries(
    Object.entries(tool.input as InputShape).filter(([name]) => !fixed.includes(name)),
  )
  return asks ? { ...rest, confirm: optionalText(tool.input, twoStep) } : rest
}

/** Tools bound to an account. */
export interface Toolkit<T extends ToolMap = ToolMap> {
  /** The visible tools, by name. */
  readonly tools: Readonly<Partial<T>>
  /**
   * Descriptions of the visible tools, in a fixed order; the same array every time. Without those that are
   * known to be beyond the role of the access token.
   */
  list(): readonly ToolDescription[]
  /** The arguments of a visible tool as {@link Toolkit.list} describes them, for adapters that want schemas. */
  inputShape(name: string): InputShape
  /**
   * Call a tool by name.
   *
   * @throws InputError for a name or arguments that are wrong, PolicyError, ConfirmationRequired, CredentialError,
   * UpstreamError; or the reason of `options.signal` when it was aborted.
   */
  call<N extends keyof T & string>(
    name: N,
    input: ToolInput<T, N>,
    options?: CallOptions,
  ): Promise<ToolOutput<T, N>>
  /**
   * What a call would do: the exact request, what is there now, who is affected, how it is undone, and whether a
   * person has to say yes. Nothing is changed.
   *
   * @throws what {@link Toolkit.call} throws, ConfirmationRequired excepted.
   */
  plan<N extends keyof T & string>(
    name: N,
    input: ToolInput<T, N>,
    options?: { signal?: AbortSignal },
  ): Promise<Plan>
  /**
   * For adapters whose framework asks the person before it runs a tool: whether that is needed for this call. Under
   * `key`, which the call then brings as the token of its `confirmation`, the plan is remembered that is asked about.
   */
  needsApproval(
    name: string,
    input: unknown,
    key: string,
    options?: { signal?: AbortSignal },
  ): Promise<boolean>
  /** For the same adapters: the person said no to what was asked under `key`, so that no yes to it counts any more. */
  withdrawApproval(key: string): Promise<void>
}

export function createToolkit<T extends ToolMap>(view: View, transport: Transport, rules: Rules): Toolkit<T> {
  const { tools, hidden } = view
  /** Beyond the role of the token, as far as that is known. */
  const beyond = ({ name, risk }: Pick<AnyTool, 'name' | 'risk'>) =>
    transport.reach !== undefined &&
    (transport.reach.refuses(name) || (risk !== 'read' && transport.reach.isRead()))
  const reachable = () => Object.values(tools).filter((tool) => !beyond(tool))
  const kit: Kit = {
    tools,
    find(name) {
      const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
      const rule = hidden.get(name)
      if (!tool) throw rule ? hiddenTool(name, rule) : unknownTool(name, reachable())
      if (beyond(tool)) throw hiddenTool(name, 'role')
      return tool
    },
    plan: async (name, input, signal) => (await planTool(kit, await found(name, input), input, signal)).plan,
    transport,
    rules,
  }

  /** Calls to unknown or hidden tools are audited too. */
  async function found(name: string, input: unknown): Promise<AnyTool> {
    try {
      return kit.find(name)
    } catch (error) {
      const rule = error instanceof PolicyError ? error.rule : 'unknown tool'
      const decision = { rule, risk: null, target: {}, ...outcomeOf(error as CloudwaysError) }
      const facts = { tool: String(name).slice(0, 60), input, decision, started: Date.now(), signal: never() }
      if (rules.onAudit) await audit(kit, facts)
      throw error
    }
  }

  return {
    tools: tools as Partial<T>,
    list: () => (view.list.some(beyond) ? view.list.filter((tool) => !beyond(tool)) : view.list),
    inputShape: (name) => view.shapeOf(kit.find(name)),
    async call(name, input, options) {
      return runTool(kit, await found(name, input), input, options) as never
    },
    plan: async (name, input, { signal = never() } = {}) =>
      clean(await kit.plan(name, input, signal)).value as Plan,
    async needsApproval(name, input, key, { signal = never() } = {}) {
      const tool = kit.find(name)
      // The host's own way comes first.
      if (!mayAsk(tool, rules.policy) || rules.onConfirm) return false
      const { plan, binding } = await planTool(kit, tool, input, signal)
      const { confirmation, type_name, first } = plan.needs
      // A bare yes is not enough for what is protected; and nobody is asked about what can't be made yet.
      if (!confirmation || type_name !== null || first) return false
      await remember(rules.storage, key, binding)
      return true
    },
    withdrawApproval: (key) => forget(rules.storage, key),
  }
}

/** A model that knows the official server calls our tools by its names. */
function unknownTool(name: string, tools: readonly AnyTool[]): InputError {
  const known = tools.find(({ alias }) => alias === name)?.name
  const names = tools.map((tool) => tool.name)
  const near = known ?? nearest(name, names)
  return new InputError(
    `There is no tool ${String(name).slice(0, 60)}${near ? `; did you mean ${near}?` : '.'}`,
    'Call one of the listed tools.',
  )
}
