/** What a tool is. @module */
import type { Json } from '../../base/json.ts'
import type { Alias } from './alias.ts'
import type { ApiRequest } from './api.ts'
import type { CampaignWish } from './campaign.ts'
import type { Closes } from './closes.ts'
import type { Before, RunContext } from './context.ts'
import type { Risk, SuggestedCall } from './plan.ts'
import type { Touched } from './touched.ts'

export type { Before, Each, Parts, RunContext, Send } from './context.ts'

/**
 * Any schema that speaks Standard Schema and is a zod schema: zod 4 or zod 3.
 * Only the type face is named here, so that users' own copy of zod fits.
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** The arguments of a tool, by name. */
export type InputShape = Record<string, Schema>

type InferInput<S> = S extends Schema<infer I, infer _> ? I : never
export type InferOutput<S> = S extends Schema<infer _, infer O> ? O : never
type OptionalKeys<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T]
type Optional<T> = Omit<T, OptionalKeys<T>> & Partial<Pick<T, OptionalKeys<T>>>
export type Flat<T> = { [K in keyof T]: T[K] } & {}

/** What a caller passes for a shape of arguments. */
export type InputOf<Shape> = Flat<Optional<{ [K in keyof Shape]: InferInput<Shape[K]> }>>
/** What a tool receives after parsing: defaults filled in, ids as strings. */
type ParsedOf<Shape> = Flat<Optional<{ [K in keyof Shape]: InferOutput<Shape[K]> }>>

/** A change that was made, for {@link ToolParts.proof}. */
export interface Made {
  /** The answer so far. */
  answer: Json
  /** What was there before, where that is known. */
  before?: Before
}

/** Words about a change: the same for every call, or by its arguments and what is there before it. */
export type Words<Input, Text extends string | null | undefined> =
  | Text
  | ((input: Input, before: Before) => Text)

/** What a person should know before saying yes. */
export interface Effects<Input = unknown> {
  /** What happens to visitors and to the team, in a sentence or two. It names what decides: kinds, domains, times. */
  impact: Words<Input, string>
  /** How to undo it, and by whom; `null` when it can't be undone. */
  undo: Words<Input, string | null>
  /** How long visitors are without the site. Default: nothing is known of such a time. */
  downtime?: Words<Input, string | undefined>
  /**
   * What it costs, where the contract marks the call as one that may change the bill. Such a call asks a person like a
   * disruptive one, whatever its risk.
   */
  cost?: string
  /** Reads what the change replaces. It must send reads only. */
  now?: (input: Input, context: RunContext) => Promise<unknown>
  /** The call that takes the change back. `undefined`: there is none for this input. */
  inverse?: (input: Input, before: Before) => SuggestedCall | undefined
}

/**
 * A change of something that the platform replaces as a whole: a list, or a group of settings. It is written as data
 * and pure functions, so that the core can hold the lock, read the newest state, compare it with what was approved, and
 * read again after the write.
 *
 * The state is an object. In a field that holds a list, members come and go; any other field is one value.
 */
export interface Edit<Input = unknown> {
  /** Reads the present state. It must send reads only. @throws UpstreamError for a state that could not be read. */
  read(input: Input, context: RunContext): Promise<object>
  /** What the state shall be. @throws InputError for a change that can't be made. */
  next(input: Input, now: object): object
  /** The request that makes it so. */
  write(input: Input, next: object): ApiRequest
}

/** The parts of a declaration that every tool has, whatever its risk. */
interface ToolParts<Shape extends InputShape, Output extends Schema> {
  /** A few words for people. */
  title: string
  /** For the model, 20 to 300 characters: what happens, what it answers, when to use the neighbour instead. */
  description: string
  /**
   * The risk of one call, where arguments or state make it lower than {@link ToolDefinition.risk}. A higher answer
   * counts as the declared risk, and `read` as `write`. It is not asked
   * when the state could not be read: the declared risk stays.
   */
  riskOf?: (input: ParsedOf<Shape>, before: Before) => Risk
  /** Arguments by name: zod 4 or zod 3 schemas. Unknown arguments are refused. None can be called `confirm` or `account`. */
  input: Shape
  /** An object schema. Fields it does not name pass through, unless they look like a secret. */
  output: Output
  /** The one call this tool makes. */
  request?: (input: ParsedOf<Shape>) => ApiRequest
  /**
   * The same change in another documented form. It is sent only where the platform surely refused the first: it did not
   * know the path, or did not accept one of `fields` by name. The plan that a person approves covers both, and no more.
   */
  otherForm?: { fields: readonly string[]; request: (input: ParsedOf<Shape>) => ApiRequest }
  /** Turns the body of `request` into the answer; without it the body is the answer. */
  answer?: (body: unknown, input: ParsedOf<Shape>) => unknown
  /**
   * Turns the `result` of a finished operation, a field of the answer, into what a model can read. May send reads.
   */
  result?: (result: unknown, input: ParsedOf<Shape>, context: RunContext) => unknown
  /**
   * For tools whose output is `operation`: the API may do the work at once and answer nothing. Without it, an answer
   * without an operation means that nobody knows what came of the call.
   */
  mayEndAtOnce?: boolean
  /** For tools that make several calls, or none. Returns what `output` accepts. The first change is what is planned. */
  run?: (input: ParsedOf<Shape>, context: RunContext) => Promise<unknown>
  /** Instead of `request` and `run`. The answer is `{ before, after, changed }`. It needs {@link ToolParts.lock}. */
  edit?: Edit<ParsedOf<Shape>>
  /**
   * Instead of `request`, `run` and `edit`: changes that other tools make, of many targets under one plan. It must send
   * reads only. The core plans, asks once, and makes each change through its own tool.
   */
  campaign?: (input: ParsedOf<Shape>, context: RunContext) => Promise<CampaignWish> | CampaignWish
  /**
   * What no two calls may change at the same time, whoever makes them: `server:70011:allowed:sftp`. The text names the
   * server, or the app where it names no server, so that it is the same for every token of an account. Whatever reads
   * something and writes what it made of it needs one. A call whose lock can't be taken sends nothing.
   */
  lock?: (input: ParsedOf<Shape>) => string
  /** The most requests that `run` makes. A refusal by the limit of requests tells it. */
  requests?: number
  /** The field of the answer that holds its rows; the argument `fields` then picks from them. */
  rows?: string
  /**
   * Each call makes something new, or costs money. A repeat with the same arguments within ten minutes is answered as
   * the first call was: with its operation, or with its answer, in which secrets stay hidden. A repeat with other
   * credentials of the same account is not noticed.
   */
  creates?: boolean
  /**
   * The argument `time` names a restore point of the app: its time, `latest`, or `before` and a time. The tool is given
   * the exact time as the platform writes it; a restore point that is not there is refused, by the preview already.
   */
  picks?: 'restore point'
  /**
   * Arguments that a call may leave out, and what they are then: read before anything is planned, so that the plan shows
   * them. It must send reads only. @throws InputError that says what to give.
   */
  defaults?: (input: ParsedOf<Shape>, context: RunContext) => Promise<Partial<ParsedOf<Shape>>>
  /** Refuses what the platform does not offer, before anything is planned. It must send reads only. @throws InputError */
  check?: (input: ParsedOf<Shape>, context: RunContext) => Promise<void>
  /**
   * What proves the result, read once the work is done: its fields become fields of the answer. It must send reads only.
   * If it fails, the answer says so in `not_read`: the change was made.
   */
  proof?: (input: ParsedOf<Shape>, context: RunContext, made: Made) => Promise<Record<string, unknown>>
  /** What the answer tells besides the operation, for tools whose output is `operation`. */
  adds?: (input: ParsedOf<Shape>) => Record<string, unknown>
  /**
   * The call overwrites an app, and has the argument `backup_first`. With `true` a backup of the app is taken and waited
   * for, under the same plan; if it fails, nothing else is changed.
   */
  backupFirst?: true
  /** A condition: a backup of the app, or of each on the server, not older than the toolkit's `backupHours`. */
  requires?: 'recent backup'
  /**
   * The read that tells whether a change happened after its answer was lost. Default: the details of the target.
   * `null`: no read shows it, so a person has to look.
   */
  settle?: ((input: ParsedOf<Shape>) => SuggestedCall) | null
  /** Calls to propose after the call worked. */
  next?: (input: ParsedOf<Shape>, answer: unknown) => SuggestedCall[]
  /**
   * What a tool without a server or app among its arguments reaches. `none`: nothing of any server or app.
   * `listed`: the list of servers, the alerts or an operation, which are cut to the scope. Without it, such a tool is
   * hidden under a scope (`servers`, `apps`).
   */
  reach?: 'none' | 'listed'
  /**
   * What the call touches besides what its arguments name, found in the arguments and in the servers with their apps. No
   * request may name anything else. @throws InputError for a call that can't be made.
   */
  touches?: (input: ParsedOf<Shape>, rows: readonly Json[]) => Touched
  /** How the access that a call opens is closed again. The tool then has the argument `until`, which it does not send. */
  closes?: Closes<ParsedOf<Shape>>
  /** Whether secrets may be in the answer when the operator allows it. */
  reveals?: boolean
  /**
   * Other names of the tool: those of the official Cloudways server, and names that it had before. A call by one of them
   * is a call of this tool.
   */
  aliases?: readonly Alias[]
}

/** The declaration of one tool. Exactly one of `request`, `run`, `edit` and `campaign`; `effects` for every risk but `read`. */
export type ToolDefinition<Shape extends InputShape = InputShape, Output extends Schema = Schema> = ToolParts<
  Shape,
  Output
> &
  (
    | { risk: 'read'; effects?: Effects<ParsedOf<Shape>> }
    | { risk: Exclude<Risk, 'read'>; effects: Effects<ParsedOf<Shape>> }
  )

/** A declared tool: its definition, its name and its toolset. */
export interface Tool<Shape extends InputShape = InputShape, Output extends Schema = Schema>
  extends ToolParts<Shape, Output> {
  readonly name: string
  readonly toolset: string
  /** Whether the preset `core` has it. */
  readonly core: boolean
  risk: Risk
  effects?: Effects<ParsedOf<Shape>>
}

// The function members of a tool are contravariant in their shape: a map of mixed tools needs this face.
// biome-ignore lint/suspicious/noExplicitAny: no other type accepts every shape here
export type AnyTool = Tool<any, any>
export type ToolMap = Record<string, AnyTool>
