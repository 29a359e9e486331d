/** The last step of a call: the body of the platform is cleaned, validated, redacted and shaped. @module */
import { plainName } from '../../base/text.ts'
import { UpstreamError } from '../../errors.ts'
import { checkValue } from '../declare/schema.ts'
import type { AcceptedCall } from '../types/call.ts'
import type { AnyTool } from '../types/tool.ts'
import type { Hints } from './hints.ts'
import { redact } from './redact.ts'
import { redacted } from './secret-net.ts'
import { pickFields } from './shape.ts'
import { clean } from './untrusted.ts'

type Answer = Record<string, unknown>

/** What a call came to, before it may leave. */
export interface Made {
  body: unknown
  hints?: Hints
}

const removals = new WeakMap<object, number>()

/** How many invisible characters were taken out of an answer. */
export const removedFrom = (answer: unknown): number => removals.get(answer as object) ?? 0

/** Another form of an answer out of which characters were taken. */
export function withRemoved<Value extends object>(answer: Value, removed: number): Value {
  if (removed > 0) removals.set(answer, removed)
  return answer
}

/** The answer that leaves fits the output schema, and has neither secrets nor invisible characters. */
export async function finish(call: AcceptedCall, { body, hints = {} }: Made): Promise<Answer> {
  const { kit, account, tool, input, decision } = call
  // First: a field name with an invisible character in it would miss the marks of the schema.
  const cleaned = clean(body)
  const checked = checkValue(tool.output, cleaned.value)
  if (!checked.ok) throw unknownShape(tool, checked.issues)
  const reveal = kit.rules.revealSecrets && tool.reveals === true
  const known = account.secrets()
  const cleanedHints = clean(hints)
  const whole = { ...checked.value, ...(cleanedHints.value as Hints) }
  const safe = redact(whole, { schema: tool.output, reveal, known }) as Answer
  if (tool.reveals && !reveal) await handOver(call, checked.value, safe)
  if (call.handedOver) safe.secrets = call.handedOver.where
  const answer = shape(tool, safe, input.fields)
  const removed = cleaned.removed + cleanedHints.removed
  if (removed > 0) decision.removed = removed
  return withRemoved(answer, removed)
}

/** Hand the hidden secrets to a person, past the model. The answer says where the person finds them. */
async function handOver({ kit, account, tool, ids, options }: AcceptedCall, value: Answer, safe: Answer) {
  const onSecrets = options.onSecrets ?? kit.rules.onSecrets
  if (!onSecrets) return
  const open = redact(value, { schema: tool.output, reveal: true, known: account.secrets() })
  const hidden = hiddenIn(open, safe)
  if (hidden.length === 0) return
  const values = Object.fromEntries(hidden.map(({ path, value }) => [path, value]))
  const users = Object.fromEntries(hidden.flatMap(({ path, user }) => (user ? [[path, user]] : [])))
  const target = { server_id: ids.server_id, app_id: ids.app_id }
  const id = await account.id()
  // The secrets stay hidden when the handing over fails; the person then asks the operator.
  safe.secrets = await Promise.resolve()
    .then(() => onSecrets({ tool: tool.name, account: id, target, values, users }))
    .catch(() => 'They could not be handed over. A person finds them in the Cloudways platform.')
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

/** A text that is hidden, and the user whose row it stands in. */
interface Hidden {
  path: string
  value: string
  user: string | undefined
}

/** The texts that are hidden in `safe`. */
function hiddenIn(open: unknown, safe: unknown, path = '', user?: string): Hidden[] {
  if (safe === redacted && typeof open === 'string' && open !== redacted) return [{ path, value: open, user }]
  if (typeof open !== 'object' || open === null || typeof safe !== 'object' || safe === null) return []
  const own = userOf(safe as Answer)
  return Object.entries(open).flatMap(([key, value]) =>
    hiddenIn(value, (safe as Answer)[key], path ? `${path}.${key}` : key, own),
  )
}

/** The fields that name the user whose password stands beside them. */
const userFields = ['sys_user', 'username', 'user', 'login']

function userOf(row: Answer): string | undefined {
  const name = userFields.map((field) => row[field]).find((value) => typeof value === 'string' && value)
  return name === redacted ? undefined : (name as string | undefined)
}
