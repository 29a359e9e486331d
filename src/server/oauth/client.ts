/** What a client says of itself: its name, and where it may be answered. @module */

export interface Client {
  id: string
  /** Stands for the client in events. */
  label: string
  /** The client's own claim, which nobody has checked. May be empty. */
  name: string
  /** The host of its metadata document. This is proven. */
  host?: string
  redirectUris: readonly string[]
  /** The client started this server on the person's own computer. */
  local?: true
}

/** Who asks a person for something: the name that a client claims, and the host that is proven. */
export type Asker = Pick<Client, 'name' | 'host'>

export const mostUris = 10

/** A client's name for a page: one line of at most 60 characters, without invisible and direction characters. */
export function cleanName(name: unknown): string {
  if (typeof name !== 'string') return ''
  return name
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\s]+/gu, ' ')
    .trim()
    .slice(0, 60)
    .replace(/\p{Surrogate}$/u, '')
}

/** A list of 1 to {@link mostUris} texts; `undefined` for any other value. */
export function registeredUris(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > mostUris) return undefined
  return value.every((uri) => typeof uri === 'string') ? (value as string[]) : undefined
}
