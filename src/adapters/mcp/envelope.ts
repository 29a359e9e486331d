/**
 * The envelope of a message, read before the SDK reads it.
 *
 * Clients in other languages write `null` for what they leave out. The SDK drops such a message without an answer, or
 * answers with the text of its validator. Here what is null counts as left out, and what can't be read gets an answer
 * with its id, in a sentence.
 *
 * @module
 */
import { type Json, object, parseObject } from '../../base/json.ts'
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
  'completion/complete': { ref: 'an object', argument: 'an object' },
}

/** Parameters that have one type wherever they are given. */
const typed: Record<string, Kind> = { arguments: 'an object', cursor: 'a text', _meta: 'an object' }

/** Read one message. A response, and what is no object, is left to the SDK. */
export function readEnvelope(value: unknown): Read {
  const given = object(value)
  if (!given || 'result' in withoutNull(given) || 'error' in withoutNull(given)) return { message: value }
  // Neither a question nor an answer: nobody waits.
  if (!('id' in given) && !('method' in given)) return { message: value }
  const { id, method, jsonrpc, params } = given
  const known = typeof id === 'string' || (typeof id === 'number' && Number.isInteger(id)) ? id : undefined
  const refuse = (code: number, message: string): Read => ({
    refusal: { jsonrpc: '2.0', id: known ?? null, error: { code, message } },
  })
  if (jsonrpc !== '2.0' && jsonrpc !== undefined && jsonrpc !== null) {
    return refuse(invalidRequest, 'jsonrpc must be "2.0".')
  }
  if (typeof method !== 'string' || method === '') return refuse(invalidRequest, 'method is missing.')
  const isNotification = method.startsWith('notifications/')
  if (known === undefined && 'id' in given && !isNotification) {
    return refuse(invalidRequest, `${plain(method)}: id must be a text or a whole number.`)
  }
  // The protocol of 2026-07-28 has no such method, and its server says so.
  if (method === 'initialize' && claimsModern(given)) return { message: value }
  const read = readParams(method, params)
  if (typeof read === 'string') return refuse(invalidParams, read)
  const kept = {
    jsonrpc: '2.0',
    ...(known !== undefined && !isNotification && { id: known }),
    method,
    ...(read && { params: read }),
  }
  return { message: isSame(given, kept) && isSame(params, read) ? value : kept }
}

/** Whether one level of two objects is the same; the parts of `_meta` too. */
function isSame(one: unknown, other: unknown): boolean {
  const [before, after] = [object(one), object(other)]
  if (!before || !after) return one === other
  const names = Object.keys(before)
  return (
    names.length === Object.keys(after).length &&
    names.every((name) =>
      name === '_meta' || name === 'capabilities'
        ? isSame(before[name], after[name])
        : name === 'params' || before[name] === after[name],
    )
  )
}

/** The parameters of a method without what is null; or a sentence on what is wrong with them. */
export function readParams(method: string, params: unknown): Json | undefined | string {
  const name = plain(method)
  if (params === null || params === undefined) {
    return needed[method] ? wrong(name, method, {}) : undefined
  }
  const given = object(params)
  if (!given) return `${name}: params must be an object.`
  const kept: Json = withoutNull(given)
  if (typeof kept.arguments === 'string') {
    const found = kept.arguments.trim() === '' ? {} : parseObject(kept.arguments)
    if (found) kept.arguments = found
  }
  const meta = object(kept._meta)
  if (meta) kept._meta = withoutNull(meta)
  // A client without capabilities has none of them.
  if (method === 'initialize') kept.capabilities = withoutNull(object(kept.capabilities ?? {}) ?? {})
  const badly = Object.entries(typed).find(([key, kind]) => key in kept && !isA(kind, kept[key]))
  if (badly) return `${name}: params.${badly[0]} must be ${badly[1]}.`
  return wrong(name, method, kept) ?? kept
}

function wrong(name: string, method: string, params: Json): string | undefined {
  const missing = Object.entries(needed[method] ?? {}).find(([path, kind]) => {
    const value = path.split('.').reduce<unknown>((at, key) => object(at)?.[key], params)
    return !isA(kind, value)
  })
  return missing && `${name}: params.${missing[0]} must be ${missing[1]}.`
}

const isA = (kind: Kind, value: unknown) =>
  kind === 'a text' ? typeof value === 'string' : object(value) !== undefined

const withoutNull = (values: Json): Json =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined))

/** The name of a method comes from outside, and must not carry a sentence. */
const plain = (method: string) => (/^[\w/.-]{1,60}$/.test(method) ? method : 'The request')
