/** A toolkit: the listed tools, their descriptions, and one way to call them. @module */
import { nearest } from '../base/options.ts'
import { never } from '../base/signal.ts'
import { type CloudwaysError, InputError, PolicyError } from '../errors.ts'
import { createAdapter, type ToolkitAdapter } from './adapter.ts'
import { closeAccess } from './closing/close.ts'
import { toldName, withoutPrefix } from './declare/called.ts'
import type { Cannot } from './declare/cannots.ts'
import type { View } from './declare/describe.ts'
import { cannotNamed, toolFor, whereOf } from './declare/impossible.ts'
import { outerList } from './declare/outer.ts'
import { type HidingRule, hiddenTool } from './declare/select.ts'
import { planInner, planTool, readsInner, runInner, runTool } from './pipeline.ts'
import { auditRefusal, calledOrTold } from './recorded.ts'
import type { Account } from './types/api.ts'
import type { CallOptions, Kit, OfAccount, Rules } from './types/call.ts'
import type { ClosingStep } from './types/closing.ts'
import type { ToolDescription } from './types/description.ts'
import type { Plan } from './types/plan.ts'
import type { ToolkitServices } from './types/services.ts'
import type { AnyTool, ToolMap } from './types/tool.ts'
import type { CallOutput, Fields, FieldsOf, ToolInput } from './types/typed.ts'

/** Tools bound to an account. */
export interface Toolkit<T extends ToolMap = ToolMap> {
  /** The listed tools, by name. */
  readonly tools: Readonly<Partial<T>>
  /**
   * Descriptions of the listed tools, in a fixed order; the same array every time. Tools that the role of the access
   * token is known to refuse are left out.
   */
  list(): readonly ToolDescription[]
  /**
   * Call a tool by name. When the call may pass `fields`, any field of a row may be missing in the answer.
   *
   * @throws InputError for a name or arguments that are wrong, PolicyError, ConfirmationRequired, CredentialError,
   * UpstreamError; or the reason of `options.signal` when it was aborted.
   */
  call<N extends keyof T & string, F extends Fields = undefined>(
    name: N,
    input: ToolInput<T, N> & FieldsOf<T, N, F> & OfAccount,
    options?: CallOptions,
  ): Promise<CallOutput<T, N, F>>
  /**
   * What a call would do: the exact request, what is there now, who is affected, how it is undone, and whether a
   * person has to say yes. Nothing is changed.
   *
   * @throws what {@link Toolkit.call} throws, ConfirmationRequired excepted.
   */
  plan<N extends keyof T & string>(
    name: N,
    input: ToolInput<T, N> & OfAccount,
    options?: { signal?: AbortSignal },
  ): Promise<Plan>
  /**
   * Close access that was opened with `until`, if its time has come. It asks nobody: the yes to the opening included it.
   * Safe to call at any time, by any process with the same storage, and more than once.
   *
   * @param closing_id the id that `onWork` told of.
   * @param options.account its account, where there are several.
   * @returns what became of it; `seconds` until there is something to do, left out when it has ended.
   * @throws InputError when there is none by that id, UpstreamError while another process is at it.
   */
  closeAccess(closing_id: string, options?: { account?: string; signal?: AbortSignal }): Promise<ClosingStep>
  /** What adapters need and people do not. */
  readonly adapter: ToolkitAdapter
}

/** One account of a toolkit. */
export interface Seat {
  /** Its name, where there are several accounts. */
  name?: string
  account: Account
  rules: Rules
  /** The listed tools, as they are under its rules. */
  view: View
}

export function createToolkit<T extends ToolMap>(seat: Seat, services: ToolkitServices): Toolkit<T> {
  const { account, rules, view } = seat
  const { tools, hiddenBy, known } = view
  /** Whether the role of the access token is known to refuse a tool. */
  const beyond = ({ name, risk }: Pick<AnyTool, 'name' | 'risk'>) =>
    account.role !== undefined && (account.role.refuses(name) || (risk !== 'read' && account.role.isRead()))
  const reachable = () => Object.values(tools).filter((tool) => !beyond(tool))
  const kit: Kit = {
    name: seat.name,
    tools,
    find(name) {
      const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
      const rule = hiddenBy.get(name)
      if (!tool) {
        const listed = reachable().map((one) => one.name)
        throw rule
          ? notListed(name, rule, { wish: cannotNamed(name), listed })
          : unknownTool(name, listed, hiddenBy)
      }
      if (beyond(tool)) throw hiddenTool(name, 'role')
      return tool
    },
    plan: async (given, values, signal) => {
      const { name, input } = await meant(given, values)
      return (await planTool(kit, await found(name, input), input, signal)).plan
    },
    inner: {
      plan: (tool, input, frame) => planInner(kit, tool, input, frame),
      run: (tool, input, frame) => runInner(kit, tool, input, frame),
      reads: (tool, input, frame) => readsInner(kit, tool, input, frame),
    },
    account,
    rules,
    reached: () => reached(),
  }

  const meant = (tool: string, input: unknown) => calledOrTold(seat, { tool, input }, known)

  /** Calls to unknown or hidden tools are audited too. */
  async function found(name: string, input: unknown): Promise<AnyTool> {
    try {
      return kit.find(name)
    } catch (error) {
      const rule = error instanceof PolicyError ? error.rule : 'unknown tool'
      await auditRefusal(seat, { tool: name, input, rule }, error as CloudwaysError)
      throw error
    }
  }

  const reached = () =>
    account.role?.isLimited() && view.list.some(beyond)
      ? view.list.filter((tool) => !beyond(tool))
      : view.list
  const list = () => (view.isSearched ? outerList(reached()) : reached())

  return {
    tools: tools as Partial<T>,
    list,
    async call(given, values, options) {
      const called = await meant(given, values)
      const { name, input } = called
      return toldName(await runTool(kit, await found(name, input), input, options), called) as never
    },
    plan: (name, input, { signal = never() } = {}) => kit.plan(name, input, signal),
    closeAccess: (closing_id, { signal = never() } = {}) => closeAccess({ kit, signal }, closing_id),
    adapter: createAdapter(kit, view, services, { list, reached }),
  }
}

/** What nobody forbids, and is only not among the tools of this toolkit, a person may do all the same. */
function notListed(
  name: string,
  rule: HidingRule,
  { wish, listed }: { wish: Cannot | undefined; listed: readonly string[] },
): CloudwaysError {
  const isUnchosen = rule === 'preset' || rule === 'not selected'
  return hiddenTool(name, rule, isUnchosen && wish ? whereOf(wish, listed) : undefined)
}

function unknownTool(name: string, names: readonly string[], hiddenBy: View['hiddenBy']): CloudwaysError {
  const given = String(name).slice(0, 60)
  const wish = cannotNamed(name)
  const near = withoutPrefix(name, names) ?? (wish ? toolFor(wish, names) : nearest(name, names))
  if (wish && !near) {
    const hidden = toolFor(wish, [...hiddenBy.keys()])
    if (hidden) return notListed(hidden, hiddenBy.get(hidden) as HidingRule, { wish, listed: names })
    return new InputError(`There is no tool ${given}: no tool here can ${wish.what}.`, whereOf(wish, names))
  }
  return new InputError(
    `There is no tool ${given}${near ? `; did you mean ${near}?` : '.'}`,
    'Call one of the listed tools.',
  )
}
