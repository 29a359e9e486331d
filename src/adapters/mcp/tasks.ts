/**
 * Tasks: the protocol's extension `io.modelcontextprotocol/tasks` (SEP-2663), for clients of 2026-07-28 that declare it
 * with a request. A call whose operation goes on becomes a task, and so does a call that waits for a person's yes.
 *
 * A task is a sealed record in the storage, so any replica answers for it. Nothing runs for it between two requests. No
 * SDK here.
 *
 * @module
 */
import { object } from '../../base/json.ts'
import { proposed } from '../../core/platform.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { capabilitiesKey, type McpRequest, type Method, type RequestExtra, saidBy } from './ask.ts'
import { callOptions, callTool, outcomeOf, resultOf, type ToolCall } from './call.ts'
import type { McpFace } from './describe.ts'
import { carried } from './extra.ts'
import { invalidParams, protocolError } from './failures.ts'
import {
  afterCall,
  asTask,
  cancelled,
  isGone,
  lookedAt,
  lost,
  secondsOf,
  sending,
  type Task,
  taskOf,
} from './task.ts'
import { isListed, taskIdFor } from './uris.ts'

export const tasksKey = 'io.modelcontextprotocol/tasks'
const missingCapability = -32021

/** Without a tool that looks at operations there are no tasks. */
export const taskMethods = <T extends ToolMap>(
  toolkit: Toolkit<T>,
  face: McpFace,
): Record<string, Method> => {
  if (!isListed(toolkit, proposed.operation)) return {}
  const { left } = toolkit.adapter
  return {
    'tools/call': (request: McpRequest<ToolCall>) => callAsTask(toolkit, request, face),
    'tasks/get': async ({ params, extra }: McpRequest<TaskParams>) => {
      optedIn(extra)
      const { taskId } = params
      const task = taskOf(await left.read(idOf(taskId)))
      if (!task) throw noTask()
      return { ...complete, ...asTask(taskId, await current(toolkit, { taskId, task, extra, face })) }
    },
    'tasks/update': async ({ params, extra }: McpRequest<TaskParams>) => {
      optedIn(extra)
      await answerQuestion(toolkit, { params, extra, face })
      return complete
    },
    'tasks/cancel': async ({ params, extra }: McpRequest<TaskParams>) => {
      optedIn(extra)
      if (!(await step(toolkit, params.taskId, cancelled))) throw noTask()
      return complete
    },
  }
}

interface TaskParams {
  taskId: string
  inputResponses?: unknown
}

/** What methods of an extension have to say themselves. */
const complete = { resultType: 'complete' } as const

const noTask = () =>
  protocolError(invalidParams, 'There is no such task. It belongs to another account, or its time is over.')

function idOf(taskId: unknown): string {
  if (typeof taskId === 'string' && taskId.length <= 200) return taskId
  throw protocolError(invalidParams, 'params.taskId must be the text that came with the task.')
}

const declares = ({ mcpReq }: RequestExtra): boolean => {
  const client = object(mcpReq?.envelope?.[capabilitiesKey])
  return object(object(client?.extensions)?.[tasksKey]) !== undefined
}

function optedIn(extra: RequestExtra): void {
  if (declares(extra)) return
  throw protocolError(missingCapability, `This method needs the client capability ${tasksKey}.`, {
    requiredCapabilities: { extensions: { [tasksKey]: {} } },
  })
}

/** As {@link callTool}. To a client that declared tasks, what is not over is answered as one. */
async function callAsTask<T extends ToolMap>(
  toolkit: Toolkit<T>,
  request: McpRequest<ToolCall>,
  face: McpFace,
): Promise<object> {
  const { params, extra } = request
  // A client that brings the answer to a question goes on as it began.
  if (!declares(extra) || extra.mcpReq?.requestState?.() !== undefined)
    return callTool(toolkit, request, face)
  const { name, input = {} } = toolkit.adapter.called(params.name, params.arguments)
  const outcome = await outcomeOf(toolkit, params, callOptions(request))
  const task = afterCall({ tool: name, input }, outcome, (ended) => resultOf(toolkit, name, ended, face))
  const isOver = task.status === 'completed' || !startsWork(toolkit, name)
  if (isOver && !('question' in outcome)) return resultOf(toolkit, name, outcome, face)
  const taskId = taskIdFor(name)
  try {
    await toolkit.adapter.left.keep(taskId, task, secondsOf(task))
  } catch (error) {
    // What was sent must not be turned into an error by a storage that fails now. A question can be asked later.
    if ('question' in outcome) throw error
    return resultOf(toolkit, name, outcome, face)
  }
  const { inputRequests: _, ...seed } = asTask(taskId, task)
  return { resultType: 'task', ...seed }
}

/** A tool that asks about an operation starts none. */
const startsWork = <T extends ToolMap>({ tools }: Toolkit<T>, name: string): boolean =>
  !Object.hasOwn(tools[name]?.input ?? {}, 'operation_id')

interface Asked {
  taskId: string
  task: Task
  extra: RequestExtra
  face: McpFace
}

/** The task as it is now. The end of an operation is kept, so that it is told the same way from then on. */
async function current<T extends ToolMap>(toolkit: Toolkit<T>, asked: Asked): Promise<Task> {
  const { taskId, task, extra, face } = asked
  if (isGone(task))
    return (await step(toolkit, taskId, (now) => (isGone(now) ? lost(now) : undefined))) ?? task
  if (task.status !== 'working' || !task.answer) return task
  const { account, operation_id } = task.answer
  const about = { operation_id, ...(account !== undefined && { account }) }
  const look = () => outcomeOf(toolkit, { name: proposed.operation, arguments: about }, carried(extra))
  const seen = await toolkit.adapter.left.shared(taskId, look)
  const next = lookedAt(task, seen, (ended) => resultOf(toolkit, task.tool, ended, face))
  if (next.status === 'working') return next
  return (await step(toolkit, taskId, (now) => (now.status === 'working' ? next : undefined))) ?? task
}

/** Bring the answer of a person to the call that waits for it. An answer to another question counts for nothing. */
async function answerQuestion<T extends ToolMap>(
  toolkit: Toolkit<T>,
  { params, extra, face }: Pick<Asked, 'extra' | 'face'> & { params: TaskParams },
): Promise<void> {
  const taskId = idOf(params.taskId)
  // Version 2 takes them out of the parameters, as it does for a call that is made once more.
  const responses = object(params.inputResponses ?? extra.mcpReq?.inputResponses)
  if (!responses) throw protocolError(invalidParams, 'params.inputResponses must be an object.')
  // Of any number of answers at the same time, one takes the question.
  let taken: Task | undefined
  const found = await step(toolkit, taskId, (now) => {
    taken = undefined
    if (now.status !== 'input_required' || !now.question) return undefined
    if (!Object.hasOwn(responses, now.question.key)) return undefined
    taken = now
    return sending(now)
  })
  if (!found) throw noTask()
  if (!taken?.question) return
  const { tool, input, question } = taken
  const confirmation = saidBy(question.form, question.token, responses[question.key])
  // Without the signal of this request: a client that goes away now must not leave a change half waited for.
  const { signal: _, ...rest } = carried(extra)
  const options = { ...rest, deferred: true, confirmation }
  const outcome = await outcomeOf(toolkit, { name: tool, arguments: input }, options).catch(() => undefined)
  const next = outcome
    ? afterCall(taken, outcome, (ended) => resultOf(toolkit, tool, ended, face))
    : lost(taken)
  await step(toolkit, taskId, (now) => (now.status === 'working' ? next : undefined))
}

/** @returns the task as it is afterwards; `undefined` when there is none. */
async function step<T extends ToolMap>(
  { adapter }: Toolkit<T>,
  taskId: unknown,
  make: (now: Task) => Task | undefined,
): Promise<Task | undefined> {
  let after: Task | undefined
  await adapter.left.change(idOf(taskId), (record) => {
    const now = taskOf(record)
    const next = now && make(now)
    after = next ?? now
    return next && { record: next, seconds: secondsOf(next) }
  })
  return after
}
