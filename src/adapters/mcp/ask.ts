/**
 * A request as both versions of the SDK hand it to a handler, and the ways through it to a person: a question now (2025),
 * or a question whose answer the client brings (2026-07-28). No SDK here.
 *
 * @module
 */
import * as z from 'zod'
import { onAbort } from '../../base/signal.ts'
import { closed, nobody, tooFast, unanswered, unclear } from '../../core/decide/confirm.ts'
import type { CallOptions } from '../../core/types/call.ts'
import type { Confirm, Plan } from '../../core/types/plan.ts'
import { type Form, formOf, type Question, questionOf, readAnswer } from './question.ts'
import { type Answered, askOnce, spentYes } from './shared-question.ts'

/** A request of the protocol, as the methods of this package get it. */
export interface McpRequest<Params> {
  params: Params
  extra: RequestExtra
  /** What the client declared when it connected. A stateless server was not there then, and has `undefined`. */
  client: Capabilities | undefined
}

/** Answers one method. The SDK has checked the parameters against the protocol before. */
export type Method = (request: McpRequest<never>) => object | Promise<object>

/** Besides the token, the context of a trace. */
type Meta = { progressToken?: string | number; [key: string]: unknown }

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
export type Capabilities = { elicitation?: unknown; extensions?: unknown }

/** `notifications/progress`: seconds since the call began, without a total. */
interface ProgressNotification {
  method: 'notifications/progress'
  params: { progressToken: string | number; progress: number; message?: string }
}

interface ElicitRequest {
  method: 'elicitation/create'
  params: Question
}

interface SendOptions {
  signal: AbortSignal
  /** Milliseconds. */
  timeout: number
}

/** The answer to a call that needs a person, in the protocol of 2026-07-28. */
export interface InputRequired {
  resultType: 'input_required'
  inputRequests: { confirm: ElicitRequest }
  /** Comes back with the answer. Random, good for one answer to one plan, so there is nothing in it to protect. */
  requestState: string
  [key: string]: unknown
}

export const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'

/**
 * How a call may reach a person through its client. Empty when the client declared no forms.
 *
 * @param connection what the client declared for the whole connection. A stateless server has `undefined`.
 * @param progress tells the client that the call is still alive.
 */
export function wayToPerson(
  extra: RequestExtra,
  connection: Capabilities | undefined,
  progress: ((message: string) => void) | undefined,
): Pick<CallOptions, 'confirm' | 'deferred' | 'confirmation'> {
  // Only requests of 2026-07-28 have an envelope. They have no connection through which the server could ask.
  const envelope = extra.mcpReq?.envelope
  if (envelope) {
    if (!takesForms(envelope[capabilitiesKey] as Capabilities | undefined)) return {}
    return { deferred: true, confirmation: broughtBack(extra) }
  }
  const send = sender(extra)
  return send && takesForms(connection) ? { confirm: asking(send, connection, progress) } : {}
}

/** A client that declares no mode takes forms: the capability is older than its modes. */
function takesForms(capabilities: Capabilities | undefined): capabilities is Capabilities {
  const elicitation = capabilities?.elicitation as { form?: unknown; url?: unknown } | undefined
  if (typeof elicitation !== 'object' || elicitation === null) return false
  return elicitation.form !== undefined || elicitation.url === undefined
}

/** The result that makes the client ask its person. */
export function inputRequired(plan: Plan, token: string): InputRequired {
  return {
    resultType: 'input_required',
    inputRequests: { confirm: { method: 'elicitation/create', params: questionOf(plan) } },
    requestState: `${formOf(plan)}:${token}`,
  }
}

/**
 * The answer that the client brought back. A state that can't be ours is an error of the protocol. The core checks
 * the others: for a token that is used up or belongs to another plan, and for a missing answer, it asks again.
 *
 * @throws an error with the code of JSON-RPC for invalid parameters.
 */
function broughtBack({ mcpReq }: RequestExtra): CallOptions['confirmation'] {
  const state = mcpReq?.requestState?.()
  if (state === undefined) return undefined
  const [, form, token] = /^(approve|name):([\da-f-]{36})$/.exec(String(state)) ?? []
  if (!form || !token) throw Object.assign(new Error('Invalid or expired requestState'), { code: -32602 })
  const response = mcpReq?.inputResponses?.confirm
  if (response === undefined) return undefined
  return saidBy(form as Form, token, response)
}

/** The answer of a person through their client to the question with this token. */
export function saidBy(form: Form, token: string, response: unknown): CallOptions['confirmation'] {
  const answer = readAnswer(form, response)
  // No answer is not asked for again: the client would repeat the call and ask for ever.
  const said = typeof answer === 'string' ? { approved: false, [answer]: true } : answer
  return { ...said, token, byClient: true }
}

type Send = (question: Question, options: SendOptions) => Promise<unknown>

/** Version 1 of the SDK needs a schema for the answer. `readAnswer` does the reading. */
const anyAnswer = z.looseObject({})

/**
 * Sends through the request's own channel, which over HTTP is the stream of its answer. Not with `elicitInput` of the
 * SDK: it knows only the connection, and compiles a validator for the form.
 */
function sender({ mcpReq, sendRequest }: RequestExtra): Send | undefined {
  const request = (params: Question) => ({ method: 'elicitation/create', params }) as const
  const send = mcpReq?.send
  if (send) return async (params, options) => send(request(params), options)
  return sendRequest && ((params, options) => sendRequest(request(params), anyAnswer as never, options))
}

/** Clients give up after a minute without an answer or a sign of progress. */
const progressSeconds = 15
const waiting = 'Waiting for a person to say yes or no'

/** A client that has brought no answer after this time can't ask. */
const answerSeconds = 120
/**
 * The same from the beginning of a call whose client hears nothing meanwhile: such a client ends the call after a
 * minute. What is left of the time of a call is for the change.
 */
const unheardSeconds = 40
/** A client that ends a call after this time, with the question still open, most likely ran out of time: it can't ask. */
const endedSeconds = 25
/** How long a client that brought no answer is not asked again: it would hold every call as long. */
const silentSeconds = 600
/** Clients that brought no answer, by what they declared: until when they are not asked. Milliseconds since 1970. */
const silent = new WeakMap<Capabilities, number>()

function asking(
  send: Send,
  client: Capabilities,
  progress: ((message: string) => void) | undefined,
): Confirm {
  const called = Date.now()
  return async (plan, { signal }) => {
    if ((silent.get(client) ?? 0) > Date.now()) return nobody
    // A signal of its own, which ends with the question: version 1 would withdraw a question that was answered long ago.
    const question = new AbortController()
    const stopListening = onAbort(signal, () => question.abort(signal.reason))
    const begun = Date.now()
    progress?.(waiting)
    const beats = progress && setInterval(() => progress(waiting), progressSeconds * 1000)
    const seconds = progress ? answerSeconds : unheardSeconds - (begun - called) / 1000
    const timer = setTimeout(() => question.abort(), seconds * 1000)
    let asked: Answered
    try {
      const options = { signal: question.signal, timeout: 2 * answerSeconds * 1000 }
      const ask = () => send(questionOf(plan), options)
      asked = await askOnce({ client, plan, signal, patience: question.signal, ask })
    } catch {
      // The client refused the question, or the time of the client or of the question is over.
      if (!question.signal.aborted) return nobody
      if (!signal.aborted || since(begun) >= endedSeconds)
        silent.set(client, Date.now() + silentSeconds * 1000)
      signal.throwIfAborted()
      return unanswered
    } finally {
      clearTimeout(timer)
      clearInterval(beats)
      stopListening()
    }
    const answer = readAnswer(formOf(plan), asked.response)
    if (answer === 'unclear') return unclear
    const isYes = answer !== 'closed' && answer.approved
    if (isYes && !asked.isOwn) throw spentYes(plan)
    if (!isYes && since(asked.begun) < tooFast) return nobody
    if (answer === 'closed') throw closed(plan)
    return answer
  }
}

/** Seconds since a time in milliseconds. */
const since = (begun: number) => (Date.now() - begun) / 1000
