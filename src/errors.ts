/**
 * The errors of this library, one class for each party that must act.
 *
 * A model and a person can read every message: `message` says what happened, `next` says whose turn it is and what to
 * do. Both are our own words, and the ids and names in them have a checked form. No error holds a header, a token or a
 * request body. Words from outside stand in `details` only, and {@link errorContent} separates the two.
 *
 * @module
 */

/**
 * Facts about an error, without secrets. `said`, `fields`, `plan` and `candidates` hold words from outside: show them to
 * a model only inside a boundary.
 */
export type ErrorDetails = Readonly<Record<string, unknown>>

/** The JSON form of every error of this library. */
export interface ErrorReport {
  code: CloudwaysErrorCode
  message: string
  /** The next step, and whose turn it is. */
  next: string
  details?: ErrorDetails
}

export type CloudwaysErrorCode =
  | 'invalid_input'
  | 'refused_by_policy'
  | 'confirmation_required'
  | 'credentials_refused'
  | 'upstream_failed'

/** Base of the five errors. Test with {@link isCloudwaysError}, which also works with two copies of the package. */
export abstract class CloudwaysError extends Error {
  abstract readonly code: CloudwaysErrorCode
  /** The next step, and whose turn it is. */
  next: string
  details: ErrorDetails

  constructor(message: string, next: string, details: ErrorDetails = {}) {
    super(message)
    this.name = new.target.name
    this.next = next
    this.details = details
  }

  /**
   * Pass every text of this error through a function, in place. A plan stays: its secrets were taken out when it was
   * made, and a person decides by it.
   *
   * @param scrub for the sentences of this library.
   * @param scrubOutside for the words from outside. Default: `scrub`.
   */
  scrubbed(scrub: (text: string) => string, scrubOutside = scrub): this {
    this.message = scrub(this.message)
    this.next = scrub(this.next)
    this.details = Object.fromEntries(
      Object.entries(this.details).map(([name, value]) => [
        name,
        name === 'plan' ? value : scrubAll(value, isForeign(name) ? scrubOutside : scrub),
      ]),
    )
    // The stack begins with the message before scrubbing, and loggers print the stack.
    if (this.stack) this.stack = scrub(this.stack)
    return this
  }

  /** Built only from fields that never hold a secret. */
  toJSON(): ErrorReport {
    const report: ErrorReport = { code: this.code, message: this.message, next: this.next }
    if (Object.keys(this.details).length > 0) report.details = this.details
    return report
  }
}

function scrubAll(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value)
  if (Array.isArray(value)) return value.map((item) => scrubAll(item, scrub))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [scrub(key), scrubAll(item, scrub)]))
}

/** The arguments or options are wrong. Whoever wrote them fixes them. */
export class InputError extends CloudwaysError {
  readonly code = 'invalid_input'
  constructor(message: string, next = 'Fix the arguments and call again.', details?: ErrorDetails) {
    super(message, next, details)
  }
}

/** A rule of the operator of this toolkit refused the call. Asking again changes nothing. */
export class PolicyError extends CloudwaysError {
  readonly code = 'refused_by_policy'
  /** The rule that refused, for example `read-only`. */
  readonly rule: string
  constructor(
    rule: string,
    message: string,
    next = 'Do not retry. Tell the person which rule refused this.',
    details: ErrorDetails = {},
  ) {
    super(message, next, { ...details, rule })
    this.rule = rule
  }
}

/** A person has to say yes first, or has said no. `details.plan` is what would happen. */
export class ConfirmationRequired extends CloudwaysError {
  readonly code = 'confirmation_required'
  /** For adapters whose client brings back the answer of a person. It is never shown to a model and is in no JSON. */
  declare readonly token: string | undefined

  constructor(message: string, next: string, details?: ErrorDetails, token?: string) {
    super(message, next, details)
    // Not enumerable: loggers print the fields of an error.
    Object.defineProperty(this, 'token', { value: token, enumerable: false })
  }
}

/** Cloudways does not accept the credentials, or their role does not allow the call. A person has to act. */
export class CredentialError extends CloudwaysError {
  readonly code = 'credentials_refused'
}

/** What is known of a call without a good answer. `failed`: it did not happen. `unknown`: it may have happened. */
export type Outcome = 'failed' | 'unknown'

/** Why a call did not succeed, for code that reacts to it. */
export type UpstreamReason =
  | 'busy'
  | 'damaged'
  | 'network'
  | 'not_found'
  | 'not_json'
  | 'operation_failed'
  | 'rate_limited'
  | 'refused'
  | 'server_error'
  | 'timeout'
  | 'too_large'
  | 'unknown_path'
  | 'validation'

export interface UpstreamDetails {
  reason?: UpstreamReason
  /** HTTP status, when there was an answer. */
  status?: number
  /** Seconds to wait before the next try. */
  retryAfter?: number
  /** `unknown`: the change may have happened. Read the current state before repeating it. */
  outcome?: Outcome
  /** The operation that holds the server, or the one that failed. */
  operation?: ErrorDetails
  /** Problems by field, in the words of the platform. */
  fields?: Readonly<Record<string, string>>
  /** What the platform said: one line of at most 200 characters. */
  said?: string
  /** What failed: the platform, or the storage of this toolkit. */
  service?: 'cloudways' | 'storage'
}

/** Cloudways, or a service this toolkit depends on, did not do what was asked. */
export class UpstreamError extends CloudwaysError {
  readonly code = 'upstream_failed'
  readonly status: number | undefined
  /** Seconds to wait before the next try. */
  readonly retryAfter: number | undefined
  readonly outcome: Outcome

  constructor(message: string, next: string, details: UpstreamDetails = {}) {
    const outcome = details.outcome ?? 'failed'
    super(message, next, { ...details, outcome })
    this.status = details.status
    this.retryAfter = details.retryAfter
    this.outcome = outcome
  }
}

/** What happened, then the next step. These are our own words, which a model may follow. */
export function errorText(error: CloudwaysError): string {
  return `${error.message} ${error.next}`
}

/** The details that hold words from outside: of the platform, or of people who named servers and apps. */
const foreign = ['said', 'fields', 'plan', 'candidates'] as const

const isForeign = (name: string) => (foreign as readonly string[]).includes(name)

/** An error for a model, in two parts. */
export interface ErrorContent {
  /** Our own words: {@link errorText}. */
  text: string
  /** Data from outside, to be shown inside a boundary. Left out when there is none. */
  outside?: ErrorDetails
}

/** Split an error for a model: our own words, and the data that has to stand inside a boundary. */
export function errorContent(error: CloudwaysError): ErrorContent {
  const found = foreign.filter((name) => error.details[name] !== undefined)
  const text = errorText(error)
  if (found.length === 0) return { text }
  return { text, outside: Object.fromEntries(found.map((name) => [name, error.details[name]])) }
}

const codes: ReadonlySet<string> = new Set<CloudwaysErrorCode>([
  'invalid_input',
  'refused_by_policy',
  'confirmation_required',
  'credentials_refused',
  'upstream_failed',
])

/** Whether a thrown value is one of the five errors. It also works when two copies of this package are loaded. */
export function isCloudwaysError(value: unknown): value is CloudwaysError {
  return value instanceof Error && codes.has((value as { code?: unknown }).code as string) && 'next' in value
}
