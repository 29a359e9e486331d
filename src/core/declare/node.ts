/** JSON Schemas as trees: the few keywords by which the core reads them. @module */

/** A JSON Schema of an object. */
export interface JsonSchema {
  type: 'object'
  properties?: Record<string, unknown>
  required?: string[]
  additionalProperties?: boolean
  [keyword: string]: unknown
}

/** One schema inside a JSON Schema. */
export interface Node {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Node[]
  oneOf?: Node[]
  allOf?: Node[]
  items?: Node | Node[] | false
  prefixItems?: Node[]
  properties?: Record<string, Node>
  required?: string[]
  maxLength?: number
  maxItems?: number
  [keyword: string]: unknown
}

const types = ({ type = [] }: Node) => (Array.isArray(type) ? type : [type])

/** The alternatives of a schema; itself where there are none. */
export const alternatives = (node: Node): Node[] => node.anyOf ?? node.oneOf ?? [node]

/** Whether a schema takes nothing but null. */
export const isNull = (node: Node): boolean => types(node).join() === 'null' || node.const === null

/** Whether a schema says nothing, and so takes everything. */
export const isOpen = ({ type, enum: choices, const: only, anyOf, oneOf, allOf }: Node): boolean =>
  [type, choices, only, anyOf, oneOf, allOf].every((keyword) => keyword === undefined)

/** Whether a schema takes null. */
export const takesNull = (node: Node): boolean =>
  isOpen(node) ||
  types(node).includes('null') ||
  isNull(node) ||
  (node.anyOf ?? node.oneOf ?? []).some(takesNull)

/** The texts that a schema chooses from, when it takes nothing else. */
function choices(node: Node): string[] | undefined {
  const found = node.enum ?? (node.const === undefined ? undefined : [node.const])
  return found?.every((one) => typeof one === 'string') ? (found as string[]) : undefined
}

/**
 * The one schema that a value other than null has to fit; a choice of texts as one `enum`. `undefined` when there are
 * several.
 */
export function solid(node: Node): (Node & { type?: string }) | undefined {
  const rest = alternatives(node).filter((one) => !isNull(one))
  const texts = rest.map(choices)
  if (rest.length > 0 && texts.every((one) => one !== undefined)) {
    const { anyOf: _any, oneOf: _one, const: _only, ...words } = node
    return { ...words, type: 'string', enum: texts.flat() }
  }
  const [first] = rest
  if (!first || rest.length > 1) return undefined
  if (first !== node) return solid(first)
  const kinds = types(node).filter((type) => type !== 'null')
  return kinds.length === 1 ? { ...node, type: kinds[0] as string } : undefined
}
