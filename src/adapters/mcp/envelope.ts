/**
 * The envelope of a message, read before the SDK reads it.
 *
 * Clients in other languages write `null` for what they leave out. The SDK drops such a message without an answer, or
 * answers with the text of its validator. Here what is null counts as left out, and what can't be read gets an answer
 * with its id, in a sentence.
 *
 * @module
 */
import { type Json, object, parseWritten } from '../../base/json.ts'
import { claimsModern } from './modern.ts'

/** An answer that refuses a message. */
export interface Refusal {
  jsonrpc: '2.0'
  id: string | number | null
  error: { code: number; message: string }
}

/** A message that the SDK can read, the same object where nothing was wrong with it; or the answer that refuses it. */
export type Read = { message: unknown; refusal?: undefined } | { refusal: Refusal }

const invalidRequest = -32600
const invalidParams = -32602
const internalError = -32603

type Kind = 'a text' | 'an object'

/** Parameters that a method can't do without. */
const needed: Record<string, Record<string, Kind>> = {
  initialize: {
    protocolVersion: 'a text',
    capabilities: 'an object',
    clientInfo: 'an object',
    'clientInfo.name': 'a text',
    'clientInfo.version': 'a text',
  },
  'tools/call': { name: 'a text' },
  'prompts/get': { name: 'a text' },
  'resources/read': { uri: 'a text' },
  'skills/get': { uri: 'a text' },
  'tasks/get': { taskId: 'a text' },
  'tasks/update': { taskId: 'a text', inputResponses: 'an object' },
  'tasks/cancel': { taskId: 'a text' },
  'completion/complete': { ref: 'an object', argument: 'an object' },
}

/** Parameters that have one type wherever they are given. */
const typed: Record<string, Kind> = { arguments: 'an object', cursor: 'a text', _meta: 'an object' }

/** Read one message. What is no object is left to the SDK. */
export function readEnvelope(value: unknown): Read {
  const given = object(value)
  if (!given) return { message: value }
  const { id, method, jsonrpc, params } = withoutNull(given) as Json
  if (method === undefined && ('result' in given || 'error' in given)) return readResponse(given)
  // Neither a question nor an answer: nobody waits.
  if (!('id' in given) && !('method' in given)) return { message: value }
  const known = isId(id) ? id : undefined
  const refuse = (code: number, message: string): Read => ({
    refusal: { jsonrpc: '2.0', id: known ?? null, error: { code, message } },
  })
  if (jsonrpc !== '2.0' && jsonrpc !== undefined) return refuse(invalidRequest, 'jsonrpc must be "2.0".')
  if (typeof method !== 'string' || method === '') return refuse(invalidRequest, 'method is missing.')
  const isNotification = method.startsWith('notifications/')
  if (known === undefined && 'id' in given && !isNotification) {
    return refuse(invalidRequest, `${plain(method)}: id must be a text or a whole number.`)
  }
  // The protocol of 2026-07-28 has no such method, and its server says so.
  if (method === 'initialize' && claimsModern({ params })) return { message: value }
  const read = readParams(method, params)
  if (typeof read === 'string') return refuse(invalidParams, read)
  const kept = {
    jsonrpc: '2.0',
    ...(known !== undefined && !isNotification && { id: known }),
    method,
    ...(read && { params: read }),
  }
  return { message: isSame(given, kept) ? value : kept }
}

const isId = (id: unknown): id is string | number =>
  typeof id === 'string' || (typeof id === 'number' && Number.isInteger(id))

/**
 * The answer of a client to a question. The SDK drops one that it can't read, and the question would wait for its whole
 * time. An answer in which nothing is said is left as an empty one.
 */
function readResponse(given: Json): Read {
  const { id, result, error } = withoutNull(given) as Json
  if (!isId(id)) return { message: given }
  if (error === undefined) return { message: { jsonrpc: '2.0', id, result: object(result) ?? {} } }
  const { code, message, data } = object(error) ?? {}
  const told = {
    code: Number.isInteger(code) ? code : internalError,
    message: typeof message === 'string' ? message : '',
  }
  return { message: { jsonrpc: '2.0', id, error: { ...told, ...(data !== undefined && { data }) } } }
}

/** The parameters of a method without what is null; or a sentence on what is wrong with them. */
export function readParams(method: string, params: unknown): Json | undefined | string {
  const name = plain(method)
  if (params === null || params === undefined) {
    return needed[method] ? wrong(name, method, {}) : undefined
  }
  const given = object(filled(params))
  if (!given) return `${name}: params must be an object.`
  const kept = { ...(withoutNull(given) as Json) }
  if (typeof kept.arguments === 'string') {
    const found = kept.arguments.trim() === '' ? {} : parseWritten(kept.arguments)
    if (found) kept.arguments = found
  }
  for (const key of ['arguments', '_meta']) if (key in kept) kept[key] = filled(kept[key])
  // A server without tasks has to answer a call that asks for one as any other call. The SDK refuses it.
  delete kept.task
  // A client without capabilities has none of them.
  if (method === 'initialize') kept.capabilities = filled(object(kept.capabilities) ?? {}, 2)
  const badly = Object.entries(typed).find(([key, kind]) => key in kept && !isA(kind, kept[key]))
  if (badly) return `${name}: params.${badly[0]} must be ${badly[1]}.`
  const token = object(kept._meta)?.progressToken
  if (token !== undefined && !isId(token))
    return `${name}: params._meta.progressToken must be a text or a whole number.`
  return wrong(name, method, kept) ?? (isSame(given, kept) ? given : kept)
}

/** PHP writes an object without fields as an empty list. @param levels how deep there are objects only. */
function filled(value: unknown, levels = 0): unknown {
  if (Array.isArray(value)) return value.length === 0 ? {} : value
  const given = object(value)
  if (!given || levels === 0) return value
  return Object.fromEntries(Object.entries(given).map(([name, item]) => [name, filled(item, levels - 1)]))
}

const isSame = (one: Json, other: Json) =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.keys(one).every((name) => one[name] === other[name])

function wrong(name: string, method: string, params: Json): string | undefined {
  const missing = Object.entries(needed[method] ?? {}).find(([path, kind]) => {
    const value = path.split('.').reduce<unknown>((at, key) => object(at)?.[key], params)
    return !isA(kind, value)
  })
  return missing && `${name}: params.${missing[0]} must be ${missing[1]}.`
}

const isA = (kind: Kind, value: unknown) =>
  kind === 'a text' ? typeof value === 'string' : object(value) !== undefined

/** Fields that may hold null: what is meant by it is for the tool to say, and for whoever reads the error. */
const opaque = ['arguments', 'data']
/** No envelope is deeper. */
const mostLevels = 30

/** A value without the fields and items that are null, at any depth; the same value when there are none. */
function withoutNull(value: unknown, level = 0): unknown {
  if (typeof value !== 'object' || value === null || level > mostLevels) return value
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null).map((item) => withoutNull(item, level + 1))
    return items.length === value.length && items.every((item, at) => item === value[at]) ? value : items
  }
  const given = value as Json
  const kept = Object.fromEntries(
    Object.entries(given)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([name, item]) => [name, opaque.includes(name) ? item : withoutNull(item, level + 1)]),
  )
  return isSame(given, kept) ? given : kept
}

/** An answer in our own words, where the SDK would answer the text of its validator. */
export function inSentences<Message extends object>(answer: Message): Message {
  const { error } = answer as { error?: { message: string } }
  if (!error || !/^\s*[[{]/.test(error.message)) return answer
  const message = 'The request does not have the form that the protocol gives it.'
  return { ...answer, error: { code: invalidParams, message } }
}

/** The name of a method comes from outside, and must not carry a sentence. */
const plain = (method: string) => (/^[\w/.-]{1,60}$/.test(method) ? method : 'The request')
