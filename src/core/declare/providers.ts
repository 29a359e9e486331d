/**
 * Input schemas in the words that every provider takes. One word that one of them does not know makes it refuse every
 * request of a session, so what they differ in is left out here. The parser still checks it.
 *
 * OpenAI and Anthropic take no union on top, Gemini no object without properties, no `format` but `date-time`, no
 * choice but of texts, and hardly a keyword beyond those below.
 *
 * A tool without arguments has `properties: {}` on top. OpenAI refuses an object without that keyword, and many clients
 * pass the schema on as it is. Gemini refuses the empty one, so clients of Gemini leave the schema of such a tool away.
 *
 * @module
 */
import { InputError } from '../../errors.ts'
import { alternatives, isNull, isOpen, type JsonSchema, type Node, solid } from './node.ts'

/**
 * The keywords that are listed, besides `type` and what is inside. Lengths are told by the error: a schema costs tokens in
 * every session, and a model that means something gives neither nothing nor too much.
 */
const kept = ['description', 'default', 'minimum', 'maximum'] as const

/**
 * The input schema of a tool for models.
 *
 * @throws InputError for what has no form that all providers take.
 */
export function forProviders(tool: string, { properties = {}, required, ...rest }: JsonSchema): JsonSchema {
  const listed = Object.entries(properties as Record<string, Node>).map(([name, node]) => {
    const refuse: Refuse = (problem) => {
      throw new InputError(`Tool ${tool}: its argument ${name.slice(0, 60)} ${problem}`, 'Change the schema.')
    }
    if (!/^[\w.-]{1,64}$/.test(name)) refuse('needs a name of letters, digits and _, at most 64 of them.')
    return [name, listedNode(node, refuse)]
  })
  const { type, additionalProperties } = rest
  return {
    type,
    properties: Object.fromEntries(listed),
    ...(required && { required }),
    ...(additionalProperties === false && { additionalProperties }),
  }
}

type Refuse = (problem: string) => never

function listedNode(node: Node, refuse: Refuse): Node {
  if (node.$ref) refuse('holds itself; no provider takes that. Take a text with JSON instead: z.string().')
  if (node.not) refuse('takes no value at all.')
  if (node.allOf) return listedNode(merged(node.allOf, refuse), refuse)
  const words = Object.fromEntries(
    kept.flatMap((word) =>
      node[word] === undefined || isUsual(word, node[word]) ? [] : [[word, node[word]]],
    ),
  )
  const one = solid(node)
  if (!one) return { ...words, ...listedUnion(node, refuse) }
  // A wrapper around one schema, such as that of a nullable text, has its description on the outside.
  if (alternatives(node).length > 1 || !node.type) {
    const { anyOf: _any, oneOf: _one, ...inside } = one
    return { ...listedNode(inside, refuse), ...words }
  }
  const values = one.enum ?? (one.const === undefined ? undefined : [one.const])
  if (values) return { ...words, ...listedChoice({ ...one, enum: values }, words.description) }
  if (one.type === 'object') return { ...words, ...listedObject(one, words, refuse) }
  if (one.type === 'array') return { ...words, type: 'array', items: listedItems(one, refuse) }
  const format = one.format === 'date-time' && { format: 'date-time' }
  const least = one.type === 'integer' && typeof one.exclusiveMinimum === 'number' && one.exclusiveMinimum + 1
  const isTold = least !== false && !isUsual('minimum', least)
  return { ...words, type: one.type, ...format, ...(isTold && { minimum: least }) }
}

/** Nobody asks for less than nothing, or for none of something. */
const isUsual = (word: string, value: unknown) => word === 'minimum' && (value === 0 || value === 1)

/** Gemini takes a choice of texts only, and no empty one. */
function listedChoice({ enum: choices = [], type }: Node, about: unknown): Node {
  const texts = choices.filter((choice) => typeof choice === 'string' && choice !== '')
  if (choices.every((choice) => typeof choice === 'string')) {
    return { type: 'string', ...(texts.length > 0 && { enum: texts }) }
  }
  return { type, description: [about, `One of ${choices.join(', ')}.`].filter(Boolean).join('. ') }
}

/** An object of any fields is listed as a text with its JSON. The parser takes both. */
function listedObject({ properties = {}, required }: Node, { description }: Node, refuse: Refuse): Node {
  const fields = Object.entries(properties).map(([name, field]) => [name, listedNode(field, refuse)])
  if (fields.length === 0) {
    return {
      type: 'string',
      default: undefined,
      description: description ? `${description} (JSON)` : 'JSON of an object',
    }
  }
  return { type: 'object', properties: Object.fromEntries(fields), ...(required && { required }) }
}

/** A list of fixed places, too, is listed by what may be in it. */
function listedItems({ items, prefixItems }: Node, refuse: Refuse): Node {
  const places = prefixItems ?? (Array.isArray(items) ? items : items ? [items] : [{}])
  return oneOrAny(places.map((place) => listedNode(place, refuse)))
}

function listedUnion(node: Node, refuse: Refuse): Node {
  if (isOpen(node)) return { type: 'string' }
  const { type, enum: choices } = node
  // A choice of several types has none of its own.
  if (choices) return oneOrAny(byType(choices).map((one) => listedChoice(one, undefined)))
  if (Array.isArray(type)) return oneOrAny(type.filter((one) => one !== 'null').map((one) => ({ type: one })))
  const rest = alternatives(node).filter((one) => one !== node && !isNull(one))
  return rest.length === 0 ? { type: 'string' } : oneOrAny(rest.map((one) => listedNode(one, refuse)))
}

function byType(choices: readonly unknown[]): Node[] {
  const types = [...new Set(choices.map((choice) => typeof choice))].filter((type) => type !== 'object')
  return types.map((type) => ({ type, enum: choices.filter((choice) => typeof choice === type) }))
}

function oneOrAny(nodes: Node[]): Node {
  const different = [...new Map(nodes.map((node) => [JSON.stringify(node), node])).values()]
  return different.length === 1 ? (different[0] as Node) : { anyOf: different }
}

/** The fields of several objects together. */
function merged(parts: Node[], refuse: Refuse): Node {
  if (!parts.every(({ properties }) => properties)) refuse('is an intersection of more than objects.')
  const all = parts.flatMap(({ required = [] }) => required)
  return {
    type: 'object',
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    ...(all.length > 0 && { required: all }),
  }
}

/**
 * A listed input schema for the strict mode of OpenAI: every field is required, an optional one may be null, no object
 * is open, and no keyword is left that the strict mode does not know. The parser takes null for what is left out.
 */
export function strictSchema({ properties = {}, required = [] }: JsonSchema): JsonSchema {
  return strictObject({ properties: properties as Record<string, Node>, required }) as JsonSchema
}

function strictObject({ properties = {}, required = [], description }: Node): Node {
  const fields = Object.entries(properties).map(([name, node]) => [
    name,
    required.includes(name) ? strictNode(node) : nullable(strictNode(node)),
  ])
  return {
    type: 'object',
    ...(description !== undefined && { description }),
    properties: Object.fromEntries(fields),
    required: Object.keys(properties),
    additionalProperties: false,
  }
}

function strictNode(node: Node): Node {
  const { type, enum: choices, anyOf, items, default: byDefault } = node
  const said = byDefault === undefined || byDefault === '' ? [] : [`null: ${JSON.stringify(byDefault)}`]
  const about = [node.description, ...said].filter((text) => text !== undefined).join('; ')
  const description = about === '' ? {} : { description: about }
  if (anyOf) return { anyOf: anyOf.map(strictNode), ...description }
  if (type === 'object') return { ...strictObject(node), ...description }
  return {
    type,
    ...(choices && { enum: choices }),
    ...(items && !Array.isArray(items) && { items: strictNode(items) }),
    ...description,
  }
}

function nullable(node: Node): Node {
  if (node.anyOf) return { ...node, anyOf: [...node.anyOf, { type: 'null' }] }
  return { ...node, type: [node.type as string, 'null'], ...(node.enum && { enum: [...node.enum, null] }) }
}
