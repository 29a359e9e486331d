/**
 * From the platform's body to what leaves: cleaned, validated, without secrets, shaped.
 *
 * @module
 */

import { plainName } from '../../base/text.ts'
import { UpstreamError } from '../../errors.ts'
import { checkValue } from '../declare/schema.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { SuggestedCall } from '../types/plan.ts'
import type { AnyTool } from '../types/tool.ts'
import { redact } from './redact.ts'
import { hidden } from './secret-net.ts'
import { pickFields } from './shape.ts'
import { clean } from './untrusted.ts'

type Answer = Record<string, unknown>

/** What goes with the answer of a change. */
export interface Extras {
  /** The call that takes it back. */
  undo?: SuggestedCall
  next_steps?: SuggestedCall[]
}

/** What a call came to, before it is fit to leave. */
export interface Made {
  body: unknown
  extras?: Extras
}

export interface Finished {
  answer: Answer
  /** Invisible characters that were taken out. */
  removed: number
}

/** What leaves is what the output schema says, without secrets and without invisible characters. */
export async function finish(call: AcceptedCall, { body, extras }: Made): Promise<Finished> {
  const { kit, tool, input, ids, options } = call
  const { transport, rules } = kit
  const onSecrets = options.onSecrets ?? rules.onSecrets
  // First: a name with a hidden character in it would miss the marks of the schema.
  const inside = clean(body)
  const checked = checkValue(tool.output, inside.value)
  if (!checked.ok) throw unknownShape(tool, checked.issues)
  const reveal = rules.revealSecrets && tool.reveals === true
  const known = transport.secrets()
  const further = clean(extras ?? {})
  const whole = { ...checked.value, ...(further.value as Extras) }
  const safe = redact(whole, { schema: tool.output, reveal, known }) as Answer
  if (tool.reveals && !reveal && onSecrets) {
    const open = redact(checked.value, { schema: tool.output, reveal: true, known })
    const values = differences(open, safe)
    if (Object.keys(values).length > 0) {
      const target = { server_id: ids.server_id, app_id: ids.app_id }
      const account = await transport.account()
      // They stay hidden; who could not be handed them asks the operator.
      safe.secrets = await Promise.resolve()
        .then(() => onSecrets({ tool: tool.name, account, target, values }))
        .catch(() => 'They could not be handed over. A person finds them in the Cloudways platform.')
    }
  }
  return { answer: shape(tool, safe, input.fields), removed: inside.removed + further.removed }
}

function unknownShape(tool: AnyTool, issues: readonly { path: string }[]): UpstreamError {
  const paths = issues.map(({ path }) =>
    path
      ? path
          .split('.')
          .map((part) => plainName(part) ?? '...')
          .join('.')
      : 'the whole answer',
  )
  const where = `${paths.slice(0, 5).join(', ')}${paths.length > 5 ? ' and others' : ''}`
  const changed = tool.risk !== 'read'
  return new UpstreamError(
    `${tool.name}: Cloudways answered in a shape this version does not know (${where}).`,
    changed ? 'Read the current state before trying again.' : 'Report this; calling again will not help.',
    { outcome: changed ? 'unknown' : 'failed' },
  )
}

function shape(tool: AnyTool, answer: Answer, fields: unknown): Answer {
  if (!tool.rows || !Array.isArray(fields) || fields.length === 0) return answer
  const rows = answer[tool.rows] as unknown[]
  return { ...answer, [tool.rows]: pickFields(rows, fields as string[]) }
}

/** The texts that only the open form has, by path. */
function differences(open: unknown, safe: unknown, path = ''): Record<string, string> {
  if (safe === hidden && typeof open === 'string' && open !== hidden) return { [path]: open }
  if (typeof open !== 'object' || open === null || typeof safe !== 'object' || safe === null) return {}
  return Object.assign(
    {},
    ...Object.entries(open).map(([key, value]) =>
      differences(value, (safe as Answer)[key], path ? `${path}.${key}` : key),
    ),
  )
}
