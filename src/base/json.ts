/** Parsed JSON: objects, and hashes of values. @module */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

export type Json = Record<string, unknown>

/** A parsed value as an object with named fields, or `undefined` when it is none. */
export const object = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined

/** The object that a text holds as JSON, or `undefined` when it holds none. */
export function parseObject(text: string): Json | undefined {
  try {
    return object(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** The same of what a model wrote: some write the JSON text of a JSON text. */
export function parseWritten(text: string): Json | undefined {
  const found = parseObject(text)
  if (found || !text.trim().startsWith('"')) return found
  const [inner] = Object.values(parseObject(`{"text":${text}}`) ?? {})
  return typeof inner === 'string' ? parseObject(inner) : undefined
}

/**
 * SHA-256 of a JSON value, in hexadecimal. The order of keys does not count. Not by Web Crypto: each of its digests is a
 * trip through a thread, which costs more than the hash.
 */
export async function hashOf(value: unknown): Promise<string> {
  return bytesToHex(sha256(utf8ToBytes(canonical(value))))
}

/** JSON with sorted keys and without fields that are `undefined`. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}

/** Every text and number in a value, as text. */
export function leaves(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : []
}
