/** Objects of parsed JSON. @module */

export type Json = Record<string, unknown>

/** A parsed value as an object with named fields, or `undefined` when it is none. */
export const object = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
