/**
 * How the core reaches the network: it is given one of these, and knows nothing of HTTP.
 *
 * @module
 */
import type { ApiRequest, Session } from './define.ts'

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
  session(): Promise<Session>
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
