/**
 * What an argument names: scope, protection, dry run and name the target by it.
 *
 * @module
 */
import * as z from 'zod'

/** What a tagged argument names. */
export interface Tag {
  names: 'server' | 'app' | 'operation'
}

/** Arguments that name a resource. */
export const tags = z.registry<Tag>()

interface Wrapped {
  _zod?: { def: Inside }
}

interface Inside {
  innerType?: Wrapped
  element?: Wrapped
  in?: Wrapped
  out?: Wrapped
  left?: Wrapped
  right?: Wrapped
  keyType?: Wrapped
  getter?: () => Wrapped
  valueType?: Wrapped
  options?: Wrapped[]
  items?: Wrapped[]
  shape?: Record<string, Wrapped>
}

/** The tag of an argument. One that is wrapped (optional, nullable, default) names what its inside names. */
export function tagOf(schema: unknown): Tag | undefined {
  for (let at = schema as Wrapped | undefined; at?._zod; at = at._zod.def.innerType) {
    const tag = tags.get(at as never)
    if (tag) return tag
  }
  return undefined
}

/** Whether a tag is in there where {@link tagOf} does not find it: what it names would be guarded by no rule. */
export function hidesTag(schema: unknown, seen = new Set<unknown>()): boolean {
  // A schema may hold itself.
  if (seen.has(schema)) return false
  seen.add(schema)
  return (
    tagOf(schema) === undefined &&
    parts(schema as Wrapped).some((part) => tagOf(part) || hidesTag(part, seen))
  )
}

function parts(schema: Wrapped | undefined): Wrapped[] {
  const def = schema?._zod?.def
  if (!def) return []
  const { innerType, element, in: before, out, left, right, keyType, valueType, getter } = def
  const { options = [], items = [], shape = {} } = def
  const inside = [innerType, element, before, out, left, right, keyType, valueType, getter?.()]
  const all = [...inside, ...options, ...items, ...Object.values(shape)]
  return all.filter((part) => part !== undefined)
}
