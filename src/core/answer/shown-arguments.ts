/** The arguments of a call as an audit event may keep them: without secrets, also where they are wrong. @module */
import { object, parseWritten } from '../../base/json.ts'
import { inputSchema } from '../decide/parse.ts'
import { calledName } from '../declare/called.ts'
import { proposed } from '../platform.ts'
import type { AnyTool } from '../types/tool.ts'
import { redact } from './redact.ts'
import { redacted } from './secret-net.ts'
import { looksLikeToken } from './word-forms.ts'

interface Arguments {
  tool: AnyTool
  /** The tools by name, for a call that brings the arguments of another tool. */
  tools: Readonly<Record<string, AnyTool>>
  /** Whether the schema of the tool took them. */
  isParsed: boolean
  /** Values that are secret by themselves. */
  known: readonly string[]
}

/**
 * What the marks of the tool and the net for secrets leave. In arguments that were refused, a secret may stand under a
 * wrong name or at a wrong place, where no mark is. So there the values of names that the tool does not have are hidden,
 * and whatever may be the body of a key.
 */
export function shownArguments(given: unknown, { tool, tools, isParsed, known }: Arguments): unknown {
  const input = typeof given === 'string' ? (parseWritten(given) ?? given) : given
  const safe = redact(input ?? {}, { known, schema: inputSchema(tool) })
  if (!isParsed) return withoutStrays(safe, tool)
  const inner = tool.name === proposed.preview ? innerOf(input, tools) : undefined
  if (!inner) return safe
  const shown = shownArguments(inner.given, { tool: inner.tool, tools, isParsed: false, known })
  return { ...object(safe), arguments: shown }
}

/** The tool that is previewed, and its arguments. */
function innerOf(input: unknown, tools: Arguments['tools']) {
  const { tool: written, arguments: given } = object(input) ?? {}
  const name = calledName(String(written), tools)
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
  return tool && { tool, given }
}

function withoutStrays(value: unknown, tool: AnyTool): unknown {
  const fields = object(value)
  if (!fields) return withoutBodies(value)
  return Object.fromEntries(
    Object.entries(fields).map(([name, item]) => [
      name,
      Object.hasOwn(tool.input, name) ? withoutBodies(item) : redacted,
    ]),
  )
}

/** Lines of base64, as in a key without its frame. */
const body = /(?:[A-Za-z0-9+/]{40,}={0,2}(?:\s|\\[nr]){0,4})+[A-Za-z0-9+/]*={0,2}/g

function withoutBodies(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replace(body, (text) => (looksLikeToken(text) ? redacted : text))
  if (Array.isArray(value)) return value.map(withoutBodies)
  const fields = object(value)
  return fields
    ? Object.fromEntries(Object.entries(fields).map(([name, item]) => [name, withoutBodies(item)]))
    : value
}
