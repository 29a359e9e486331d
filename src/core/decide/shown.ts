/**
 * A plan as people and models are shown it. What decides stands in it as it is: a net that guesses secrets by their form
 * would hide a domain, a branch or an address, and the person would say yes to something else than they see.
 *
 * @module
 */
import { type Json, leaves } from '../../base/json.ts'
import { spelledOut } from '../../base/text.ts'
import { markedTexts, namedSecrets, redact } from '../answer/redact.ts'
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
  // What is sent again of the present state is hidden where it is sent too.
  const hidden = [...markedTexts(plan.input, [schema as Inside]), ...namedSecrets(plan.now)]
  const marked = hidden.filter((text) => text !== '' && !open.some((other) => other.includes(text)))
  const names = Object.keys(input).filter((name) => input[name] === redacted)
  const now = shownNow(plan.now, tool)
  const written = [...changedTexts(plan.input, input), ...changedTexts(plan.now, now)]
  const withoutMarked: Change = {
    // A short text is hidden only where it is the whole value.
    text: (text) => (marked.includes(text) ? redacted : removeKnown(withShown(text, written), marked)),
    hides: (name) => names.includes(name),
  }
  const safe = {
    ...plan,
    input,
    request: copy(plan.request, withoutMarked),
    ...(plan.other_request && { other_request: copy(plan.other_request, withoutMarked) }),
    undo_call: copy(plan.undo_call, withoutMarked),
    now: copy(now, { text: withoutLogins, hides: looksSecret }),
  }
  return copy(safe, { text: (text) => spelledOut(removeKnown(text, known)) })
}

/** What an edit replaces is what its answer has as `before`: the marks of that hold here too. */
function shownNow(now: unknown, { edit, output }: AnyTool): unknown {
  if (!edit) return now
  return (redact({ before: now }, { schema: output, exact: true }) as Json).before
}

type Shown = readonly [open: string, shown: string]

/** The texts of which a mark hid a part. What it hid as a whole is found by {@link markedTexts}. */
function changedTexts(open: unknown, shown: unknown): Shown[] {
  if (typeof open === 'string') {
    const isPart = typeof shown === 'string' && shown !== open && shown !== redacted
    return isPart ? [[open, shown]] : []
  }
  if (typeof open !== 'object' || open === null) return []
  return Object.entries(open).flatMap(([name, value]) => changedTexts(value, Object(shown)[name]))
}

/** Such a text stands inside of what is sent: a line of a whole file, for example. */
const withShown = (text: string, written: readonly Shown[]) =>
  written
    .toSorted(([one], [other]) => other.length - one.length)
    .reduce((safe, [open, shown]) => safe.replaceAll(open, () => shown), text)

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
