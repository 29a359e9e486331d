/**
 * The approvals in the messages of an AI SDK conversation. UI clients convert messages, so only three things are read:
 * the ids, the answers, and the calls that the answers are about.
 *
 * @module
 */
import { canonical } from '../base/json.ts'

/** Messages as the SDK hands them to a tool. A client may have made them up. */
export interface Conversation {
  messages?: readonly { role: string; content: string | readonly object[] }[]
}

/** The fields of a part of a message that are used here. */
interface Part {
  type?: unknown
  toolCallId?: unknown
  toolName?: unknown
  input?: unknown
  approvalId?: unknown
  approved?: unknown
}

interface AskedCall {
  toolCallId: string
  toolName: string
  input: unknown
}

const isAnswer = ({ type }: Part) => type === 'tool-approval-response'

function parts({ messages = [] }: Conversation, role: string): Part[] {
  const found = messages.filter((message) => message.role === role)
  return found.flatMap(({ content }) => (typeof content === 'string' ? [] : (content as readonly Part[])))
}

/** The SDK takes answers from the last message only, and none to a call that has its result there. */
function newAnswers(conversation: Conversation): { toolCallId: unknown; approved: unknown }[] {
  const last = parts({ messages: conversation.messages?.slice(-1) }, 'tool')
  const finished = new Set(last.filter(({ type }) => type === 'tool-result').map((part) => part.toolCallId))
  const requests = parts(conversation, 'assistant').filter(({ type }) => type === 'tool-approval-request')
  const asked = new Map(requests.map(({ approvalId, toolCallId }) => [approvalId, toolCallId]))
  return last
    .filter(isAnswer)
    .map(({ approvalId, approved }) => ({ toolCallId: asked.get(approvalId), approved }))
    .filter(({ toolCallId }) => !finished.has(toolCallId))
}

/** Whether the last message brings the answer of a person, to any call. */
export const bringsAnswers = (conversation: Conversation): boolean => newAnswers(conversation).length > 0

/** Whether the last message says yes to this call, and does not say no to it as well. */
export function isApproved(conversation: Conversation, toolCallId: string | undefined): boolean {
  const mine = newAnswers(conversation).filter((answer) => answer.toolCallId === toolCallId)
  return toolCallId !== undefined && mine.length > 0 && mine.every(({ approved }) => approved === true)
}

/**
 * The calls that a person did not approve, each with the part that says so. Some providers use the same call ids again:
 * when the person was asked once more about an equal call, the earlier no does not count for it.
 */
export function deniedCalls({ messages = [] }: Conversation): (AskedCall & { answer: object })[] {
  const calls = new Map<unknown, AskedCall>()
  const asked = new Map<unknown, AskedCall>()
  const denied = new Map<string, AskedCall & { answer: object }>()
  for (const part of messages.flatMap((message) => parts({ messages: [message] }, message.role))) {
    const { type, toolCallId, toolName, input, approvalId } = part
    if (type === 'tool-call') calls.set(toolCallId, { toolCallId, toolName, input } as AskedCall)
    const call = calls.get(toolCallId)
    if (type === 'tool-approval-request' && call) {
      asked.set(approvalId, call)
      denied.delete(canonical(call))
    }
    const about = asked.get(approvalId)
    if (isAnswer(part) && part.approved !== true && about)
      denied.set(canonical(about), { ...about, answer: part })
  }
  return [...denied.values()]
}
