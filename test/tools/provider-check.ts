/** What the APIs of model providers refuse in an input schema. It shares no code with what makes the schemas. */

type Part = Record<string, unknown>

const taken = new Set([
  ...['type', 'description', 'properties', 'required', 'items', 'enum', 'anyOf', 'default', 'format'],
  ...['minLength', 'minItems', 'maxItems', 'minimum', 'maximum', 'additionalProperties'],
])

const strict = new Set([
  ...['type', 'description', 'properties', 'required', 'items', 'enum', 'anyOf', 'additionalProperties'],
])

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null

/** A schema and all schemas inside, each with its path. */
function nodes(node: Part, path = 'the arguments'): [string, Part][] {
  const inside = [
    ...Object.entries((node.properties ?? {}) as Record<string, Part>).map(
      ([name, part]) => [`${path}.${name}`, part] as const,
    ),
    ...(isPart(node.items) ? [[`${path}[]`, node.items] as const] : []),
    ...((node.anyOf ?? []) as Part[]).map((part, index) => [`${path}|${index}`, part] as const),
  ]
  return [[path, node], ...inside.flatMap(([name, part]) => nodes(part, name))]
}

/** What one provider or another refuses. */
export function providerProblems(schema: object): string[] {
  return nodes(schema as Part).flatMap(([path, node]) => {
    const isRoot = path === 'the arguments'
    const wrong: string[] = Object.keys(node)
      .filter((word) => !taken.has(word))
      .map((word) => `the keyword ${word}`)
    if (!node.anyOf && typeof node.type !== 'string') wrong.push('no type, or several')
    if (isRoot && (node.anyOf || node.type !== 'object')) wrong.push('no object on top')
    // OpenAI refuses a tool without arguments otherwise.
    if (isRoot && !isPart(node.properties)) wrong.push('no properties on top, not even none')
    if (node.format !== undefined && node.format !== 'date-time') wrong.push(`the format ${node.format}`)
    if (node.type === 'object' && !isRoot && Object.keys(node.properties ?? {}).length === 0)
      wrong.push('an object without properties')
    if (node.type === 'array' && !isPart(node.items)) wrong.push('a list of nobody knows what')
    const choices = node.enum as unknown[] | undefined
    if (choices?.some((choice) => typeof choice !== 'string' || choice === '') || choices?.length === 0)
      wrong.push('a choice that is no text, or an empty one')
    if (choices && node.type !== 'string') wrong.push('a choice without the type of a text')
    for (const name of (node.required ?? []) as string[])
      if (!Object.hasOwn((node.properties ?? {}) as object, name))
        wrong.push(`${name} is required and not there`)
    for (const name of Object.keys((node.properties ?? {}) as object))
      if (!/^[a-zA-Z0-9_.-]{1,64}$/.test(name)) wrong.push(`the name ${name}`)
    return wrong.map((problem) => `${path}: ${problem}`)
  })
}

/** What the strict mode of OpenAI refuses. */
export function strictProblems(schema: object): string[] {
  return nodes(schema as Part).flatMap(([path, node]) => {
    const wrong: string[] = Object.keys(node)
      .filter((word) => !strict.has(word))
      .map((word) => `the keyword ${word}`)
    if (!node.anyOf && node.type === undefined) wrong.push('no type')
    if (node.type === 'object') {
      if (node.additionalProperties !== false) wrong.push('open for other fields')
      const names = Object.keys((node.properties ?? {}) as object)
      if (names.join() !== ((node.required ?? []) as string[]).join())
        wrong.push('not every field is required')
    }
    const isNullable = Array.isArray(node.type) && node.type.includes('null')
    if (isNullable && node.enum && !(node.enum as unknown[]).includes(null)) wrong.push('null is no choice')
    return wrong.map((problem) => `${path}: ${problem}`)
  })
}
