/** What a request of the protocol carries besides its parameters: signal, trace, and the way for progress. No SDK here. @module */
import { readTrace } from '../../base/trace.ts'
import type { CallOptions } from '../../core/types/call.ts'
import type { RequestExtra } from './ask.ts'

/** What the request gives to each call of a tool that it makes. */
export function carried(extra: RequestExtra): Pick<CallOptions, 'signal' | 'trace'> {
  const { signal, _meta } = extra.mcpReq ?? extra
  const trace = readTrace(_meta)
  return { signal, ...(trace && { trace }) }
}

/**
 * Sends progress through the request's own channel: a stateless server has no other. Progress has to rise, and a call
 * can wait twice, for its person and for its operation. So progress is the time since the call began.
 */
export function progressOf(extra: RequestExtra): ((message: string) => void) | undefined {
  const progressToken = (extra.mcpReq ?? extra)._meta?.progressToken
  const send = extra.mcpReq ? extra.mcpReq.notify : extra.sendNotification
  if (progressToken === undefined || !send) return undefined
  const began = performance.now()
  let last = 0
  return (message) => {
    last = Math.max(Math.round(performance.now() - began), last + 1)
    const params = { progressToken, progress: last / 1000, message }
    // A lost notification is no reason to fail. When the client is gone, its signal ends the call.
    Promise.resolve(send({ method: 'notifications/progress', params })).catch(() => {})
  }
}
