/**
 * A plan as people and models are shown it. What decides stands in it as it is: a net that guesses secrets by their form
 * would hide a domain, a branch or an address, and the person would say yes to something else than they see.
 *
 * @module
 */
import { type Json, leaves } from '../../base/json.ts'
import { spelledOut } from '../../base/text.ts'
import { markedTexts, redact } from '../answer/redact.ts'
import { looksSecret } from '../answer/secret-names.ts'
import { redacted, removeKnown } from '../answer/secret-net.ts'
import { withoutLogins } from '../answer/written.ts'
import type { Inside } from '../declare/marks.ts'
import type { Plan } from '../types/plan.ts'
import type { AnyTool } from '../types/tool.ts'
import { inputSchema } from './parse.ts'

/**
 * Hides the arguments that the tool marks as secret, fields of the current state that are called like a secret,
 * logins inside its addresses, and `known` values: the credentials of the account. Invisible characters are written out.
 */
export function shownPlan(plan: Plan, tool: AnyTool, known: readonly string[]): Plan {
  const schema = inputSchema(tool)
  const input = redact(plan.input, { schema, exact: true }) as Json
  const open = leaves(input)
  // A marked text that also stands in clear decides something there, so it is hidden at its own place only.
  const marked = markedTexts(plan.input, [schema as Inside]).filter(
    (text) => text !== '' && !open.some((other) => other.includes(text)),
  )
  const names = Object.keys(input).filter((name) => input[name] === redacted)
  const withoutMarked: Change = {
    // A short text is hidden only where it is the whole value.
    text: (text) => (marked.includes(text) ? redacted : removeKnown(text, marked)),
    hides: (name) => names.includes(name),
  }
  const safe = {
    ...plan,
    input,
    request: copy(plan.request, withoutMarked),
    ...(plan.other_request && { other_request: copy(plan.other_request, withoutMarked) }),
    undo_call: copy(plan.undo_call, withoutMarked),
    now: copy(plan.now, { text: withoutLogins, hides: looksSecret }),
  }
  return copy(safe, { text: (text) => spelledOut(removeKnown(text, known)) })
}

interface Change {
  text?: (text: string) => string
  /** Whether the value of a field is hidden, whatever it is. */
  hides?: (name: string, value: unknown) => boolean
}

function copy<T>(value: T, change: Change): T
function copy(value: unknown, change: Change): unknown {
  const { text = (same: string) => same, hides } = change
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return value.map((item) => copy(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const isHidden = !isEmpty(item) && hides?.(name, item)
      return [text(name), isHidden ? redacted : copy(item, change)]
    }),
  )
}

const isEmpty = (value: unknown) => value === null || value === undefined || value === ''
