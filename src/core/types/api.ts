/**
 * How the core reaches Cloudways: requests as data, and the account that sends them.
 *
 * @module
 */

type Scalar = string | number | boolean

/** What a field of a form can hold. */
export type FormValue = Scalar | readonly Scalar[] | { readonly [field: string]: FormValue | undefined }

/** What a field of a JSON body can hold. */
export type JsonValue =
  | Scalar
  | null
  | readonly JsonValue[]
  | { readonly [field: string]: JsonValue | undefined }

/** One call to the Cloudways API, as data. A field that is `undefined` is left out. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base URL, with a leading slash. A trailing slash, where the API has one, is part of it. */
  path: string
  /** A list is sent as `name[]`, once for each value. */
  query?: Readonly<Record<string, Scalar | readonly Scalar[] | undefined>>
  /** Sent as a form: a list as `name[]`, the fields of an object as `name[field]`. */
  body?: Readonly<Record<string, FormValue | undefined>>
  /** Sent as JSON, for the few calls that take nothing else. Never together with `body`. */
  json?: Readonly<Record<string, JsonValue | undefined>>
  /** A read that starts work on the server: neither repeated nor shared with a simultaneous caller. */
  startsJob?: boolean
  /** A POST that changes nothing: repeated and shared like a GET, and allowed to a tool of risk `read`. */
  reads?: true
}

/** Identity and limits of a toolkit. */
export interface AccountStatus {
  /** A hash that stands for the account in logs and audit; not reversible. */
  account: string
  credential: 'access_token' | 'api_key' | 'none'
  /** For legacy credentials, the address of the account. */
  email?: string
  apiUrl: string
  /** Our own bucket. */
  bucket: { limit: number; remaining: number; retryAfter: number } | null
  /** What the platform's headers last said. */
  platform: { limit: number | null; remaining: number | null; at: string } | null
}

export interface SendOptions {
  signal: AbortSignal
  /** Milliseconds since the epoch; no try starts or runs beyond it. */
  deadline: number
  /** Called when the request leaves, each time it does. */
  onSent?: () => void
}

/** An account: its credentials, its limits, and the way to the platform. */
export interface Account {
  /**
   * Make one call and answer its body: parsed JSON, `null` for an empty one.
   *
   * @throws UpstreamError, CredentialError, InputError; or the signal's reason when it was aborted.
   */
  send(request: ApiRequest, options: SendOptions): Promise<unknown>
  session(): Promise<AccountStatus>
  /** A hash that stands for the account. */
  id(): Promise<string>
  /** What is known of the role of the access token. */
  role?: Role
  /** The credential's own values, to be scrubbed from everything that leaves. */
  secrets(): readonly string[]
}

/** The role of an access token, as far as refusals have told. */
export interface Role {
  /** Whether it is known to change nothing. */
  isRead(): boolean
  /** The role does not reach this tool. */
  refuse(tool: string): void
  refuses(tool: string): boolean
}
