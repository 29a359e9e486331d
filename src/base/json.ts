/** Objects of parsed JSON. @module */

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
