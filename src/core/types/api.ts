/**
 * How the core reaches Cloudways: requests as data, and the transport that sends them.
 *
 * @module
 */

type Scalar = string | number | boolean

/** One call to the Cloudways API, as data. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base URL, with a leading slash. A trailing slash, where the API has one, is part of it. */
  path: string
  query?: Readonly<Record<string, Scalar | undefined>>
  /** Sent as a form, arrays as `name[]`; `undefined` is left out. */
  body?: Readonly<Record<string, Scalar | readonly Scalar[] | undefined>>
  /** A GET that starts work on the server: neither repeated nor shared with a simultaneous caller. */
  startsJob?: boolean
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

export interface Transport {
  /**
   * Make one call and answer its body: parsed JSON, `null` for an empty one.
   *
   * @throws UpstreamError, CredentialError, InputError; or the signal's reason when it was aborted.
   */
  send(request: ApiRequest, options: SendOptions): Promise<unknown>
  session(): Promise<AccountStatus>
  /** A hash that stands for the account. */
  account(): Promise<string>
  /** What is known of the role of the access token. */
  reach?: Reach
  /** The credential's own values, to be scrubbed from everything that leaves. */
  secrets(): readonly string[]
}

/** How far an access token reaches, as far as refusals have told. */
export interface Reach {
  /** Whether it is known to change nothing. */
  isRead(): boolean
  /** The role does not reach this tool. */
  refuse(tool: string): void
  refuses(tool: string): boolean
}
