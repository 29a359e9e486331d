/** One task: its stored form, the steps it goes, and the form that the protocol gives it. No SDK here. @module */
import { type Json, object } from '../../base/json.ts'
import { plainId } from '../../base/text.ts'
import { removedFrom, withRemoved } from '../../core/answer/answer.ts'
import { operationFailed } from '../../core/send/wait.ts'
import { failedWith, type McpResult, type Outcome } from './call.ts'
import { type Form, formOf, type Question, questionOf } from './question.ts'

/** As it is kept, sealed: its arguments may hold secrets. Times are milliseconds since 1970. */
export interface Task {
  tool: string
  input: unknown
  status: 'working' | 'input_required' | 'completed' | 'cancelled'
  message?: string
  created: number
  updated: number
  until: number
  /** How many questions were asked. No two have the same key. */
  asked: number
  question?: { key: string; form: Form; token: string; params: Question }
  /** Of the call, whose operation goes on. */
  answer?: Json
  /** The yes was taken, and its call is on the way. */
  isSending?: boolean
  result?: McpResult
}

/** The record of a task, if it is one. */
export const taskOf = (record: Json | undefined): Task | undefined =>
  typeof record?.status === 'string' && typeof record.tool === 'string'
    ? (record as unknown as Task)
    : undefined

/** As long as a toolkit with a scope knows which operations are its own. */
const taskSeconds = 86_400
/** As long as a question holds. */
const questionSeconds = 600
/** A call that has not ended after this time is one whose process has gone. */
const goneSeconds = 180
const pollMilliseconds = 5000

export const secondsOf = ({ until }: Task): number => (until - Date.now()) / 1000

type Ended = Exclude<Outcome, { question: unknown }>
type Show = (ended: Ended) => McpResult
type Called = Pick<Task, 'tool' | 'input'> & Partial<Pick<Task, 'created' | 'asked'>>

/** What a call has come to. */
export function afterCall(call: Called, outcome: Outcome, show: Show): Task {
  const now = Date.now()
  const { tool, input, created = now, asked = 0 } = call
  const task = { tool, input, created, updated: now, until: now + taskSeconds * 1000, asked }
  if ('question' in outcome) {
    const { plan, token } = outcome.question
    const question = { key: `confirm-${asked + 1}`, form: formOf(plan), token, params: questionOf(plan) }
    const until = now + questionSeconds * 1000
    const message = 'Waiting for a person to say yes or no.'
    return { ...task, status: 'input_required', until, message, asked: asked + 1, question }
  }
  if (isRunning(outcome))
    return { ...task, status: 'working', message: goesOn(outcome.answer), answer: outcome.answer }
  return { ...task, status: 'completed', result: show(outcome) }
}

const isRunning = (ended: Ended): ended is { answer: Json } =>
  'answer' in ended && ended.answer.state === 'running' && typeof ended.answer.operation_id === 'string'

/** In our own words only: a client may show it to anybody. */
const goesOn = ({ operation_id }: Json) => `Operation ${plainId(operation_id) ?? 'of the call'} is running.`

/** The answer was taken. */
export const sending = ({ question: _, ...task }: Task): Task => ({
  ...task,
  status: 'working',
  message: 'The answer has come; the call is being made.',
  isSending: true,
  updated: Date.now(),
  until: Date.now() + taskSeconds * 1000,
})

export const isGone = ({ status, isSending, updated }: Task): boolean =>
  status === 'working' && isSending === true && Date.now() - updated > goneSeconds * 1000

/** Nobody knows what came of the call. */
export const lost = ({ question: _, isSending: __, ...task }: Task): Task => ({
  ...task,
  status: 'completed',
  updated: Date.now(),
  until: Date.now() + taskSeconds * 1000,
  result: failedWith(
    `${task.tool} was begun, and whether it was carried out is unknown. Do not repeat it. Read the current state first.`,
  ),
})

/** After a look at its operation. A look that failed leaves it working. */
export function lookedAt(task: Task, seen: Outcome, show: Show): Task {
  const state = 'answer' in seen ? seen.answer.state : undefined
  if (!('answer' in seen) || (state !== 'completed' && state !== 'failed')) {
    return 'answer' in seen
      ? task
      : { ...task, message: 'The state of the operation could not be read just now.' }
  }
  const { next_steps: _, minutes_left: __, ...called } = task.answer ?? {}
  const answer = withRemoved({ ...called, ...seen.answer }, removedFrom(seen.answer))
  const ended: Ended = state === 'failed' ? { error: operationFailed(answer as never) } : { answer }
  return { ...task, status: 'completed', message: undefined, updated: Date.now(), result: show(ended) }
}

/** The platform can't stop an operation, so what ends is the waiting. */
export function cancelled(task: Task): Task | undefined {
  if (task.status === 'completed' || task.status === 'cancelled') return undefined
  const { question, answer, isSending, ...rest } = task
  const message = question
    ? 'The question was taken back. Nothing was sent.'
    : answer
      ? `Nobody waits any longer. The operation goes on: Cloudways cannot stop it. ${goesOn(answer)}`
      : 'Nobody waits any longer. What was being sent may have been carried out.'
  return { ...rest, status: 'cancelled', message, updated: Date.now() }
}

const iso = (time: number) => new Date(time).toISOString()

/** As the protocol wants it. */
export function asTask(taskId: string, task: Task): Json {
  const { status, message, created, updated, until, question, result } = task
  const ask = question && { [question.key]: { method: 'elicitation/create', params: question.params } }
  return {
    taskId,
    status,
    ...(message !== undefined && { statusMessage: message }),
    createdAt: iso(created),
    lastUpdatedAt: iso(updated),
    ttlMs: Math.max(0, Math.ceil(until - created)),
    pollIntervalMs: pollMilliseconds,
    ...(status === 'input_required' && ask && { inputRequests: ask }),
    ...(status === 'completed' && object(result) && { result }),
  }
}
