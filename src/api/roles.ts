/**
 * What refusals tell of the role of an access token. The platform has no call that names the role.
 *
 * @module
 */
import { isChange } from '../core/send/request.ts'
import type { ApiRequest } from '../core/types/api.ts'

/** Of all tokens of a process, by the token itself: it stays in memory, and goes nowhere from here. */
export interface Roles {
  /** @param reached `false`: the role was in the way. */
  learn(token: string, request: ApiRequest, reached: boolean): void
  /** The token may read what it may not change. */
  isRead(token: string): boolean
  /** This tool is beyond the role. */
  refuse(token: string, tool: string): void
  refuses(token: string, tool: string): boolean
}

interface Known {
  /** Milliseconds since 1970. */
  until: number
  /** Paths that could be read. */
  read: Set<string>
  /** Paths at which a change was refused. */
  refused: Set<string>
  tools: Set<string>
}

/** Tokens that are remembered; the oldest goes first. */
const most = 1000
/** An owner may change the role of a token. Milliseconds. */
const lifetime = 3_600_000

/**
 * LIMITED is granted by groups of endpoints, for reads and changes alike, and nobody tells the groups. So only who
 * may read at a path and may not change there is known to be READ.
 */
export function createRoles(now: () => number = Date.now): Roles {
  const tokens = new Map<string, Known>()

  function find(token: string): Known | undefined {
    const known = tokens.get(token)
    return known && known.until > now() ? known : undefined
  }

  function remember(token: string): Known {
    const known = find(token) ?? {
      until: now() + lifetime,
      read: new Set(),
      refused: new Set(),
      tools: new Set(),
    }
    tokens.set(token, known)
    if (tokens.size > most) tokens.delete(tokens.keys().next().value as string)
    return known
  }

  return {
    learn(token, request, reached) {
      const { path } = request
      // Paths with an id in them are without end.
      if (/\d/.test(path)) return
      if (!isChange(request) && reached) remember(token).read.add(path)
      if (isChange(request) && !reached) remember(token).refused.add(path)
    },
    isRead(token) {
      const known = find(token)
      return known !== undefined && [...known.refused].some((path) => known.read.has(path))
    },
    refuse: (token, tool) => void remember(token).tools.add(tool),
    refuses: (token, tool) => find(token)?.tools.has(tool) ?? false,
  }
}
