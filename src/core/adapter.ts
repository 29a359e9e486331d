/** The part of a toolkit that only adapters use. @module */
import { never } from '../base/signal.ts'
import { isCloudwaysError } from '../errors.ts'
import { openWork } from './closing/read.ts'
import { meantArguments } from './decide/meant.ts'
import { accepts } from './decide/parse.ts'
import { mayAsk } from './decide/policy.ts'
import { refusedFor, remember, remembered, withdraw } from './decide/yes.ts'
import { type Called, calledTool, readAs } from './declare/called.ts'
import type { View } from './declare/describe.ts'
import { byName } from './declare/named.ts'
import { planTool } from './pipeline.ts'
import { scopeHash } from './send/in-scope.ts'
import { type LeftRecords, leftRecords } from './send/left.ts'
import type { Kit } from './types/call.ts'
import type { Work } from './types/campaign.ts'
import type { ToolDescription } from './types/description.ts'
import type { Plan } from './types/plan.ts'
import type { ToolkitServices } from './types/services.ts'
import { watchList } from './watch-list.ts'

/** What an adapter needs of a toolkit, and people who call tools do not. */
export interface ToolkitAdapter {
  /** What the toolkit was made with. The same for all accounts and selections. */
  readonly services: ToolkitServices
  /** The names that the argument `account` takes; empty where there is one account, and no such argument. */
  readonly accounts: readonly string[]
  /** The tools that can be called. The list shows fewer where it shows executors. The same array every time. */
  reached(): readonly ToolDescription[]
  /** The call that is meant, by the own name of its tool. What can't be read stays as it came. */
  called(name: string, input: unknown): Called
  /** The longest answer for a model, in tokens. */
  readonly answerTokens: number
  /** Whether the arguments of a listed tool are right, as far as that can be told before the call. */
  accepts(name: string, input: unknown): boolean
  /**
   * Whether a person has to approve this call. For frameworks that ask the person themselves, before they run a tool.
   * They show the arguments alone, so nobody is asked about a call that gives a name in place of an id. Its refusal tells
   * the ids when it is made with `byArguments`.
   *
   * The plan that the person is asked about is remembered under `key`. The call then brings `key` as the token of its
   * `confirmation`.
   */
  needsApproval(
    name: string,
    input: unknown,
    key: string,
    options?: { signal?: AbortSignal },
  ): Promise<boolean>
  /** Learn what other replicas have learned of the role of the token: the list goes by it. It never fails. */
  refreshList(): Promise<void>
  /** Call `listener` each time the list of tools has changed. Returns a function that stops it. */
  onListChanged(listener: () => void): () => void
  /** The plan that a person is being asked about under `key`, by any process with the same storage and crypto. */
  waitingPlan(key: string): Promise<Plan | undefined>
  /** The person said no to the plan under `key`: a later yes to it does not count. */
  withdrawApproval(key: string): Promise<void>
  /** The access that waits to be closed, as work to do: what a restart forgot is told again. */
  timedAccess(): Promise<Work[]>
  /** What a call left for a later request, on any replica. Another account or another scope finds nothing of it. */
  readonly left: LeftRecords
  /** Stands for the account and the scope. */
  owner(): Promise<string>
}

/** The tools as they are now: those that are shown, and those that can be called. */
export interface Lists {
  list(): readonly ToolDescription[]
  reached(): readonly ToolDescription[]
}

/** A rule in shadow mode only tells. */
const isRefused = ({ would_refuse = [] }: Plan) => would_refuse.some(({ shadow }) => !shadow)

export function createAdapter(
  kit: Kit,
  view: View,
  services: ToolkitServices,
  { list, reached }: Lists,
): ToolkitAdapter {
  const { policy, onConfirm, storage } = kit.rules
  const owner = async () => `${await kit.account.id()}:${await scopeHash(policy)}`
  return {
    services,
    accounts: [],
    reached,
    called: (name, input) => readAs(name, input, view.known),
    answerTokens: kit.rules.answerTokens,
    accepts(given, values) {
      try {
        const { name, input } = calledTool(given, values, view.known)
        const tool = kit.find(name)
        const shape = view.shapeOf(tool)
        return accepts(tool, meantArguments(tool, input, shape), shape)
      } catch {
        return false
      }
    },
    async needsApproval(given, values, key, { signal = never() } = {}) {
      const { name, input } = calledTool(given, values, view.known)
      const tool = kit.find(name)
      // The toolkit's own way to a person comes first.
      if (!mayAsk(tool, policy) || onConfirm || policy.confirmBy === 'page') return false
      // While the plan of a campaign is made, the call answers how far it is, and nobody has to be asked.
      const bound = await planTool(kit, tool, input, signal).catch((error: unknown) => {
        if (isCloudwaysError(error) && error.details.reason === 'planning') return undefined
        throw error
      })
      if (!bound) return false
      const { confirmation, second_yes, type_name, first } = bound.plan.needs
      // For a protected target the person types a name, which an approval can't carry, and it is the yes of one. With a
      // condition that is not met yet, or a rule of change control against it, the call is refused whatever is said.
      if (!confirmation || second_yes || type_name !== null || first || isRefused(bound.plan)) return false
      if (byName(tool, meantArguments(tool, input, view.shapeOf(tool))).length > 0) return false
      // The call itself tells that a person said no to exactly this.
      if ((await refusedFor(storage, bound.refusal)) !== undefined) return false
      await remember(kit.rules, key, bound)
      return true
    },
    refreshList: async () => kit.account.role?.refresh(),
    onListChanged: (listener) => watchList(list, [kit.account], listener),
    waitingPlan: (key) => remembered(kit.rules, key),
    withdrawApproval: (key) => withdraw(storage, key),
    timedAccess: () => openWork(kit),
    left: leftRecords(kit.rules, owner),
    owner,
  }
}
