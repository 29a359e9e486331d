/** Making the call: the request of the tool, and the wait for the operation that it started. @module */
import { object } from '../../base/json.ts'
import { isCloudwaysError, type UpstreamDetails } from '../../errors.ts'
import { isOperation } from '../declare/operation.ts'
import type { AcceptedCall } from '../types/call.ts'
import { alone } from './alone.ts'
import { made } from './build.ts'
import { sendEdit } from './edit.ts'
import { wait } from './ended.ts'
import { startedOperation } from './operation.ts'

/** Send what the tool sends. Answers the body of the platform, or what the tool made of several. */
export const request = (call: AcceptedCall): Promise<unknown> =>
  alone(call, async () => {
    const { tool, input, api } = call
    if (tool.edit) return sendEdit(call, tool.edit)
    return tool.run ? tool.run(input, api) : sendForms(call)
  })

/** Send the request, and the other form of it where the first was surely refused. */
async function sendForms({ tool, input, api }: AcceptedCall): Promise<unknown> {
  const { request, otherForm } = tool
  try {
    return await api.send(made(tool, input, request as NonNullable<typeof request>))
  } catch (error) {
    if (!otherForm || api.hasChanged() || !isOtherForm(error, otherForm.fields)) throw error
    return api.send(made(tool, input, otherForm.request)).catch((later: unknown) => {
      // The first refusal tells more than that the second form is not known either.
      throw isOtherForm(later, otherForm.fields) ? error : later
    })
  }
}

/** Whether the platform does not know the path, or refused one of the fields by name. Then nothing was done. */
function isOtherForm(error: unknown, names: readonly string[]): boolean {
  if (!isCloudwaysError(error)) return false
  const { reason, fields, outcome } = error.details as UpstreamDetails
  const isNamed = reason === 'validation' && names.some((name) => name in (fields ?? {}))
  return outcome === 'failed' && (reason === 'unknown_path' || isNamed)
}

/** Make the call: wait for the operation it started, or let the tool read the platform's body. */
export async function send(call: AcceptedCall): Promise<unknown> {
  const { tool, input } = call
  const body = await request(call)
  if (isOperation(tool.output)) {
    const ended = await wait(call, startedOperation(body, tool))
    return readable(call, { ...ended, ...tool.adds?.(input) })
  }
  return readable(call, tool.answer ? tool.answer(body, input) : body)
}

/** The answer with its `result` as the tool reads it. */
async function readable({ tool, input, api }: AcceptedCall, answer: unknown): Promise<unknown> {
  const result = object(answer)?.result
  if (!tool.result || result === undefined) return answer
  return { ...object(answer), result: await tool.result(result, input, api) }
}
