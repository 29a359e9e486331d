/**
 * The one path of a call. Every adapter calls this and adds nothing to the rules:
 *
 * parse -> [resolve, scope, policy, plan, confirm] -> rate limit -> request -> wait -> validate -> redact
 * -> shape -> audit
 *
 * Waiting comes before redaction, because what a finished operation answers must be redacted too. The rate
 * limit is taken by the transport, once for each request that a call makes.
 *
 * @module
 */
import { type CloudwaysError, isCloudwaysError, UpstreamError } from '../errors.ts'
import { hashOf } from '../hash.ts'
import { never } from '../signal.ts'
import type { AuditEvent } from './audit.ts'
import type { AnyTool, ApiRequest, Parts, RunContext } from './define.ts'
import { operation, startedOperation, waitForOperation } from './operation.ts'
import { parseInput } from './parse.ts'
import { checkValue } from './schema.ts'
import { redact, redactText } from './secret.ts'
import { pickFields } from './shape.ts'
import type { Transport } from './transport.ts'

/** What a toolkit decided once, for all its calls. */
export interface Rules {
  /** Seconds a call waits for its operation. */
  waitSeconds: number
  /** Seconds until the first look at an operation. */
  pollSeconds: number
  revealSecrets: boolean
  onAudit?: (event: AuditEvent) => void
}

export interface CallOptions {
  /** Ends the call; a change that was already sent is not undone. */
  signal?: AbortSignal
  /** Called while the call waits for an operation. @param elapsed seconds since the wait began. */
  onProgress?: (elapsed: number, message: string) => void
}

/** A whole call, with its retries, stays under this many seconds (and above the wait for its operation). */
const callSeconds = 45

export async function runTool(
  tool: AnyTool,
  rawInput: unknown,
  transport: Transport,
  rules: Rules,
  options: CallOptions = {},
): Promise<unknown> {
  const started = Date.now()
  const signal = options.signal ?? never
  let outcome: Pick<AuditEvent, 'outcome' | 'code'> = { outcome: 'ok' }
  try {
    const input = parseInput(tool, rawInput)
    signal.throwIfAborted()
    const context = contextOf(transport, rules, signal, started)
    const body = tool.run ? await tool.run(input, context) : await context.send(requestOf(tool, input))
    const answer = await settle(tool, input, body, context, rules, options)
    return finish(tool, input, answer, transport, rules)
  } catch (error) {
    if (signal.aborted) {
      outcome = { outcome: 'cancelled' }
      throw signal.reason
    }
    const safe = safeError(error, tool, transport)
    outcome = outcomeOf(safe)
    throw safe
  } finally {
    if (rules.onAudit) await audit(rules.onAudit, tool, rawInput, transport, outcome, started)
  }
}

/** What a call would send; only for tools that make exactly one. */
export function requestOf(tool: AnyTool, input: Record<string, unknown>): ApiRequest {
  return tool.request?.(input) as ApiRequest
}

/** Turn the platform's body into the tool's answer: wait for the operation it started, or let the tool read it. */
async function settle(
  tool: AnyTool,
  input: Record<string, unknown>,
  body: unknown,
  context: RunContext,
  rules: Rules,
  options: CallOptions,
): Promise<unknown> {
  if (tool.output !== operation) return tool.answer ? tool.answer(body, input) : body
  return waitForOperation(startedOperation(body), {
    send: context.send,
    signal: context.signal,
    waitSeconds: rules.waitSeconds,
    pollSeconds: rules.pollSeconds,
    progress: options.onProgress,
  })
}

function contextOf(transport: Transport, rules: Rules, signal: AbortSignal, started: number): RunContext {
  const deadline = started + Math.max(callSeconds, rules.waitSeconds + 20) * 1000
  return {
    signal,
    send: (request) => transport.send(request, { signal, deadline }),
    session: () => transport.session(),
    parts: (parts) => settleParts(parts, signal),
  }
}

async function settleParts<T extends Record<string, () => Promise<unknown>>>(
  parts: T,
  signal: AbortSignal,
): Promise<Parts<T>> {
  const names = Object.keys(parts)
  const results = await Promise.allSettled(names.map((name) => parts[name]?.()))
  signal.throwIfAborted()
  if (results.length > 0 && results.every((result) => result.status === 'rejected')) throw results[0]?.reason
  const values: Record<string, unknown> = {}
  const status: Record<string, string> = {}
  results.forEach((result, index) => {
    const name = names[index] as string
    if (result.status === 'fulfilled') values[name] = result.value
    status[name] = result.status === 'fulfilled' ? 'ok' : `failed: ${(result.reason as Error).message}`
  })
  return { values, status } as Parts<T>
}

/** Validate, redact, shape: what leaves is what the output schema says, without secrets. */
function finish(
  tool: AnyTool,
  input: Record<string, unknown>,
  answer: unknown,
  transport: Transport,
  rules: Rules,
): unknown {
  const checked = checkValue(tool.output, answer)
  if (!checked.ok) {
    const paths = checked.issues.map((issue) => issue.path || 'the whole answer')
    const where = `${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ' and others' : ''}`
    const changed = tool.risk !== 'read'
    throw new UpstreamError(
      `${tool.name}: Cloudways answered in a shape this version does not know (${where}).`,
      changed ? 'Read the present state before trying again.' : 'Report this; calling again will not help.',
      { outcome: changed ? 'unknown' : 'failed' },
    )
  }
  const reveal = rules.revealSecrets && tool.reveals === true
  const safe = redact(checked.value, { schema: tool.output, reveal, known: transport.secrets() })
  return shape(tool, safe as Record<string, unknown>, input.fields)
}

function shape(tool: AnyTool, answer: Record<string, unknown>, fields: unknown): unknown {
  if (!tool.rows || !Array.isArray(fields) || fields.length === 0) return answer
  const rows = answer[tool.rows] as unknown[]
  return { ...answer, [tool.rows]: pickFields(rows, fields as string[]) }
}

/** The choke point for errors: whatever was thrown, what leaves is one of the five, scrubbed. */
function safeError(error: unknown, tool: AnyTool, transport: Transport): CloudwaysError {
  const known = transport.secrets()
  if (isCloudwaysError(error)) return error.scrubbed((text) => redactText(text, known))
  const reason =
    error instanceof Error ? redactText(error.message, known).slice(0, 300) : 'no reason was given'
  return new UpstreamError(
    `${tool.name} failed inside the toolkit: ${reason}`,
    'Report this; it is a defect.',
    {
      outcome: tool.risk === 'read' ? 'failed' : 'unknown',
    },
  )
}

/** By code, not by class: a custom tool may throw the errors of another copy of this package. */
function outcomeOf(error: CloudwaysError): Pick<AuditEvent, 'outcome' | 'code'> {
  const { code, details } = error
  if (code === 'upstream_failed')
    return { outcome: details.outcome === 'unknown' ? 'unknown' : 'failed', code }
  return { outcome: code === 'invalid_input' ? 'failed' : 'refused', code }
}

/** An audit that fails must not turn a change that was made into an error: the caller would make it again. */
async function audit(
  sink: (event: AuditEvent) => void,
  tool: AnyTool,
  input: unknown,
  transport: Transport,
  outcome: Pick<AuditEvent, 'outcome' | 'code'>,
  started: number,
): Promise<void> {
  const event: AuditEvent = {
    time: new Date(started).toISOString(),
    account: await transport.account().catch(() => 'unknown'),
    tool: tool.name,
    risk: tool.risk,
    ...outcome,
    argumentsHash: await hashOf(input ?? {}).catch(() => 'not JSON'),
    duration: Date.now() - started,
  }
  try {
    sink(event)
  } catch {}
}
