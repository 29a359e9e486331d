/**
 * The errors of this library, by who must act.
 *
 * Every message is written to be read by a model and by a person: what happened, then (in `next`) whose
 * turn it is and what to do. Both are our own words, with ids and names that have the form of one. None holds a
 * header, a token or a request body; words from outside are in the details, and {@link errorContent} parts the two.
 *
 * @module
 */

/**
 * Facts an error may carry, without secrets. `said`, `fields` and `plan` hold words from outside: a model sees them
 * inside a boundary only.
 */
export type ErrorDetails = Readonly<Record<string, unknown>>

/** What every error of this library serialises to. */
export interface ErrorReport {
  code: CloudwaysErrorCode
  message: string
  /** The next step, and whose it is. */
  next: string
  details?: ErrorDetails
}

export type CloudwaysErrorCode =
  | 'invalid_input'
  | 'refused_by_policy'
  | 'confirmation_required'
  | 'credentials_refused'
  | 'upstream_failed'

/** Base of the five errors. Test with {@link isCloudwaysError}: it also works across two copies of the package. */
export abstract class CloudwaysError extends Error {
  abstract readonly code: CloudwaysErrorCode
  /** The next step, and whose it is. */
  next: string
  details: ErrorDetails

  constructor(message: string, next: string, details: ErrorDetails = {}) {
    super(message)
    this.name = new.target.name
    this.next = next
    this.details = details
  }

  /** Pass every text of this error through `scrub`, in place. */
  scrubbed(scrub: (text: string) => string): this {
    this.message = scrub(this.message)
    this.next = scrub(this.next)
    this.details = scrubAll(this.details, scrub) as ErrorDetails
    // The stack begins with the message as it first was, and loggers print it.
    if (this.stack) this.stack = scrub(this.stack)
    return this
  }

  /** Safe by construction: built from fields that never hold a secret. */
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

/** The arguments or options are wrong. The caller (a model, or the developer) fixes them. */
export class InputError extends CloudwaysError {
  readonly code = 'invalid_input'
  constructor(message: string, next = 'Fix the arguments and call again.', details?: ErrorDetails) {
    super(message, next, details)
  }
}

/** The operator of this toolkit decided that this may not happen. Asking again changes nothing. */
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
  /** For adapters whose client brings back the answer of a person; never shown to a model, and in no JSON. */
  declare readonly token: string | undefined

  constructor(message: string, next: string, details?: ErrorDetails, token?: string) {
    super(message, next, details)
    // Not enumerable: loggers print the fields of an error.
    Object.defineProperty(this, 'token', { value: token, enumerable: false })
  }
}

/** Cloudways does not accept the credentials, or they do not reach far enough. A person has to act. */
export class CredentialError extends CloudwaysError {
  readonly code = 'credentials_refused'
}

/** What is known of a call that did not answer as it should: it did not happen, or nobody knows. */
export type Outcome = 'failed' | 'unknown'

/** Why a call did not succeed, for code that wants to react. */
export type UpstreamReason =
  | 'busy'
  | 'network'
  | 'not_found'
  | 'not_json'
  | 'operation_failed'
  | 'rate_limited'
  | 'refused'
  | 'server_error'
  | 'timeout'
  | 'unknown_path'
  | 'validation'

export interface UpstreamDetails {
  reason?: UpstreamReason
  /** HTTP status, when there was an answer. */
  status?: number
  /** Seconds to wait before the next try. */
  retryAfter?: number
  /** `unknown`: the change may have happened; read before repeating it. */
  outcome?: Outcome
  /** The operation that holds the server, or the one that failed. */
  operation?: ErrorDetails
  /** Problems by field, in the platform's words. */
  fields?: Readonly<Record<string, string>>
  /** What the platform said, on one line and cut. */
  said?: string
  /** What failed: the platform, or a service this toolkit itself depends on. */
  service?: 'cloudways' | 'storage'
}

/** Cloudways (or a service this toolkit depends on) did not do what was asked. */
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

/** What happened, then the next step: our own words, which a model may follow. */
export function errorText(error: CloudwaysError): string {
  return `${error.message} ${error.next}`
}

/** The details that hold words from outside: the platform's, or those of people who gave things their names. */
const foreign = ['said', 'fields', 'plan'] as const

/** An error for a model, in two parts. */
export interface ErrorContent {
  /** Our own words: {@link errorText}. */
  text: string
  /** Data from outside, to be shown inside a boundary; left out when there is none. */
  outside?: ErrorDetails
}

/** An error for a model: our own words, and apart from them what has to stand inside a boundary. */
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

/** Whether a thrown value is one of the five errors, also when two copies of this package are loaded. */
export function isCloudwaysError(value: unknown): value is CloudwaysError {
  return value instanceof Error && codes.has((value as { code?: unknown }).code as string) && 'next' in value
}
