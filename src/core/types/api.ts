/** How the core reaches Cloudways: requests as data, and the account that sends them. @module */

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
  /** The path below the base URL, with a leading slash. A few paths of the API end with a slash, which must be kept. */
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

/** The account of a toolkit and its limits. */
export interface AccountStatus {
  /** A hash that stands for the account in logs and audit. It can't be reversed. */
  account: string
  credential: 'access_token' | 'api_key' | 'none'
  /** The address of the account, when the credentials are email and API key. */
  email?: string
  apiUrl: string
  /** The limit of this toolkit over all paths: calls, and seconds until the next one. `null`: there is none. */
  bucket: { limit: number; remaining: number; retryAfter: number } | null
  /** What the headers of the platform last said. `null`: nothing yet. */
  platform: PathLimit | null
  /** The same for each path that was called, the latest first. */
  paths: PathLimit[]
}

/** What the headers of the platform said of one path, and when. */
export interface PathLimit {
  /** With `{id}` in place of ids. */
  path: string
  limit: number | null
  remaining: number | null
  at: string
}

export interface SendOptions {
  signal: AbortSignal
  /** Milliseconds since 1970. No try starts or runs after it. */
  deadline: number
  /**
   * Called when the turn has come, right before the request is sent. If it throws, nothing is sent.
   */
  onReady?: () => Promise<void>
  /** Called each time the request is sent. */
  onSent?: () => void
  /** A read that does not join one under way: that one may tell of a time before a person said yes. */
  fresh?: boolean
  /** What the call has waited for its turns so far, which this request adds to. */
  waited?: { seconds: number }
  /** Called when the request begins to wait for its turn. @param seconds until then, as far as known. */
  onWait?: (seconds: number) => void
}

/** An account: its credentials, its limits, and the way to the platform. */
export interface Account {
  /**
   * Make one call.
   *
   * @returns the parsed JSON of the answer, `null` when it is empty.
   * @throws UpstreamError, CredentialError, InputError, or the reason of the aborted signal.
   */
  send(request: ApiRequest, options: SendOptions): Promise<unknown>
  session(): Promise<AccountStatus>
  /** Its name, where there are several. */
  name?: string
  /** A hash that stands for the account, as in {@link AccountStatus}. */
  id(): Promise<string>
  /** What is known about the role of the access token. */
  role?: Role
  /** The values of the credentials, which must be scrubbed from everything that leaves the toolkit. */
  secrets(): readonly string[]
}

/** What an access token is allowed to do, as far as refusals have shown. */
export interface Role {
  /** Whether the token is known to allow reads only. */
  isRead(): boolean
  /** Note that the role does not allow this tool. */
  refuse(tool: string): void
  refuses(tool: string): boolean
  /** Whether it is known to refuse anything: asked once, where every tool would be asked about. */
  isLimited(): boolean
  /** Learn what other replicas have learned. It never fails. */
  refresh(): Promise<void>
  /** Call `listener` when more or less is known than before. Returns a function that stops it. */
  onChange(listener: () => void): () => void
}
