/**
 * What clients say of themselves, in a registration or in a document of their own.
 *
 * @module
 */

export interface Client {
  id: string
  /** Stands for the client in events. */
  label: string
  /** What it calls itself: not to be believed. May be empty. */
  name: string
  /** The host of its metadata document, which is proven. */
  host?: string
  redirectUris: readonly string[]
  /** It started this server on the person's own computer, and waits for it. */
  local?: true
}

export const mostUris = 10

/** What a client calls itself, for a page: one line, bounded, without characters that turn text around. */
export function cleanName(name: unknown): string {
  if (typeof name !== 'string') return ''
  return name
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\s]+/gu, ' ')
    .trim()
    .slice(0, 60)
    .replace(/\p{Surrogate}$/u, '')
}

/** A list of texts of a sensible length, or `undefined`. */
export function registeredUris(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > mostUris) return undefined
  return value.every((uri) => typeof uri === 'string') ? (value as string[]) : undefined
}
