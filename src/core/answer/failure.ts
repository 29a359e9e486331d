/** The choke point for errors: whatever was thrown, one of the five errors leaves, scrubbed. @module */
import { oneLine } from '../../base/text.ts'
import { type CloudwaysError, isCloudwaysError, type PolicyError, UpstreamError } from '../../errors.ts'
import { inputSchema } from '../decide/parse.ts'
import type { Inside } from '../declare/marks.ts'
import { kinds } from '../platform.ts'
import type { AuditEvent } from '../types/audit.ts'
import type { Call, Input } from '../types/call.ts'
import type { SuggestedCall, TargetIds } from '../types/plan.ts'
import type { AnyTool } from '../types/tool.ts'
import { onAccount } from './hints.ts'
import { withListedTools } from './listed-words.ts'
import { markedTexts } from './redact.ts'
import { redactText, withoutKnown } from './secret-net.ts'

/** @param changed whether a change was sent and not refused. */
export function safeError(error: unknown, call: Call, changed: boolean): CloudwaysError {
  const { account, tool, input } = call
  const known = account.secrets()
  const safe = isCloudwaysError(error)
    ? afterwards(
        withListedTools(
          error.scrubbed(
            (text) => withoutKnown(text, [...known, ...secretArguments(call)]),
            (text) => redactText(text, known),
          ),
          call.kit,
        ),
        changed,
      )
    : defect(error, tool, known, changed)
  if (!input || safe.details.outcome !== 'unknown') return safe
  const settle = settling({ ...call, input })
  if (settle) {
    safe.details = { ...safe.details, settle }
    safe.next = `${safe.next} ${settle.tool} tells whether it happened: call it with ${JSON.stringify(settle.input)}.`
  } else {
    safe.next = `${safe.next} No tool here shows whether it happened: a person has to look in the Cloudways platform.`
  }
  return safe
}

/** Our own sentences lose known values only: a guess by form would hide words of ours. */
const secretArguments = ({ tool, input, given }: Call) =>
  markedTexts(input ?? given, [inputSchema(tool) as Inside])

/** If a call fails after it sent a change, the outcome of that change is unknown. */
function afterwards(error: CloudwaysError, changed: boolean): CloudwaysError {
  const { details } = error
  if (!changed || details.outcome === 'unknown' || details.reason === 'operation_failed') return error
  const message = `${error.message} What this call sent before may have been carried out.`
  const next = 'Do not repeat the call.'
  if (error.code === 'refused_by_policy') {
    return Object.assign(error, {
      message,
      next: `${next} ${error.next}`,
      details: { ...details, outcome: 'unknown' },
    })
  }
  // Not a CredentialError or ConfirmationRequired: callers retry after those, and the change may already be made.
  return new UpstreamError(message, next, { ...details, retryAfter: undefined, outcome: 'unknown' })
}

function defect(error: unknown, tool: AnyTool, known: readonly string[], changed: boolean): UpstreamError {
  // The message is not ours: a parser quotes the text that it could not read.
  const said = error instanceof Error ? oneLine(redactText(error.message, known), 300) : undefined
  return new UpstreamError(`${tool.name} failed inside the toolkit.`, 'Report this; it is a defect.', {
    outcome: changed && tool.risk !== 'read' ? 'unknown' : 'failed',
    ...(said && { said }),
  })
}

/** The read that tells whether a change happened after its answer was lost. Default: the details of the target. */
function settling({ kit, tool, input, ids = {} }: Call & { input: Input }): SuggestedCall | undefined {
  const read = tool.settle === undefined ? detailsOf(ids) : tool.settle?.(input)
  return read && Object.hasOwn(kit.tools, read.tool) ? onAccount(kit, read) : undefined
}

function detailsOf({ server_id, app_id }: TargetIds): SuggestedCall | undefined {
  if (app_id) return { tool: kinds.app.shownBy, input: { server_id, app_id } }
  return server_id ? { tool: kinds.server.shownBy, input: { server_id } } : undefined
}

/** By code, not by class: a custom tool may throw errors of another copy of this package. */
export function outcomeOf(error: CloudwaysError): Pick<AuditEvent, 'outcome' | 'code'> {
  const { code, details } = error
  if (details.outcome === 'unknown') return { outcome: 'unknown', code }
  if (code === 'confirmation_required') return { outcome: isWaiting(error) ? 'waiting' : 'refused', code }
  return { outcome: code === 'invalid_input' || code === 'upstream_failed' ? 'failed' : 'refused', code }
}

/** Whether a person can still say yes to what was asked. */
const isWaiting = ({ details, token }: CloudwaysError & { token?: string }) =>
  [details.url, details.confirm, token].some((way) => way !== undefined)

/** The rule that an error speaks for. */
export function ruleOf(error: CloudwaysError, sofar: AuditEvent['rule']): AuditEvent['rule'] {
  if (error.code === 'refused_by_policy') return (error as PolicyError).rule
  if (error.code !== 'confirmation_required') return sofar
  return error.details.yeses === undefined ? 'confirmation' : 'second yes'
}
