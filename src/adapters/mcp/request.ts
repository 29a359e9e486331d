/**
 * A request as both versions of the SDK hand it to a handler, as far as it is used here.
 *
 * @module
 */
import type { Question } from './question.ts'

/** A request of the protocol, as the methods of this package get it. */
export interface McpRequest<Params> {
  params: Params
  extra: RequestExtra
  /** What the client declared when it connected. A stateless server was not there then, and has `undefined`. */
  client: Capabilities | undefined
}

type Meta = { progressToken?: string | number }

export interface RequestExtra {
  signal?: AbortSignal
  _meta?: Meta
  sendNotification?: (notification: ProgressNotification) => unknown
  sendRequest?: (request: ElicitRequest, resultSchema: never, options: SendOptions) => Promise<unknown>
  /** Version 2 keeps everything in here. */
  mcpReq?: {
    signal?: AbortSignal
    _meta?: Meta
    notify?: (notification: ProgressNotification) => unknown
    send?: (request: ElicitRequest, options: SendOptions) => unknown
    /** Of 2026-07-28: what the client says of itself with each request. */
    envelope?: Record<string, unknown>
    /** Of 2026-07-28, like {@link requestState}: what the client brings back. Not checked by the SDK. */
    inputResponses?: Record<string, unknown>
    requestState?: () => unknown
  }
}

/** What a client declared that it can do. */
export interface Capabilities {
  elicitation?: unknown
}

/** `notifications/progress`: seconds since the call began, without a total. */
export interface ProgressNotification {
  method: 'notifications/progress'
  params: { progressToken: string | number; progress: number; message?: string }
}

export interface ElicitRequest {
  method: 'elicitation/create'
  params: Question
}

interface SendOptions {
  signal: AbortSignal
  /** Milliseconds. */
  timeout: number
}
