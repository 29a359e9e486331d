/**
 * Whether anything in an answer comes from outside, as far as its schema can tell. Only what can't carry a word counts
 * as ours: numbers, switches, ids, times, and choices that the schema names. Any other text counts as outside.
 *
 * @module
 */
import { plainId } from '../../base/text.ts'
import { type Node, solid } from '../declare/node.ts'

/** `2026-08-05T23:19:06Z`, with or without zone and parts of a second. */
const time = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/

/** @param schema the output schema, as JSON Schema. */
export function hasOutside(schema: Node | undefined, value: unknown): boolean {
  const node = schema && solid(schema)
  if (typeof value === 'string') {
    return !(node?.enum?.includes(value) || plainId(value) !== undefined || time.test(value))
  }
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) {
    const items = Array.isArray(node?.items) || !node?.items ? undefined : node.items
    return value.some((item) => hasOutside(items, item))
  }
  const properties = node?.properties ?? {}
  // A field name is a text as well.
  return Object.entries(value).some(
    ([name, item]) => !Object.hasOwn(properties, name) || hasOutside(properties[name], item),
  )
}
