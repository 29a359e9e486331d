/**
 * What refusals show about the role of an access token. The platform has no call that names the role.
 *
 * @module
 */
import { isChange } from '../core/send/request.ts'
import type { ApiRequest } from '../core/types/api.ts'

/** What is known about all tokens of a process. The key is the token itself, which stays in memory. */
export interface Roles {
  /** Learn from one answer. @param reached `false`: the role did not allow the request. */
  learn(token: string, request: ApiRequest, reached: boolean): void
  /** Whether the token allows reads only. */
  isRead(token: string): boolean
  /** Note that the role does not allow this tool. */
  refuse(token: string, tool: string): void
  refuses(token: string, tool: string): boolean
  /** Call `listener` when more or less is known of any token. Returns a function that stops it. */
  onChange(listener: () => void): () => void
}

interface Known {
  /** Milliseconds since 1970. */
  until: number
  /** Paths at which a read was allowed. */
  read: Set<string>
  /** Paths at which a change was refused. */
  refused: Set<string>
  tools: Set<string>
}

/** How many tokens are remembered. The oldest is forgotten first. */
const mostTokens = 1000
/** How long a token is remembered. An owner may change its role. */
const lifetimeMilliseconds = 3_600_000

/**
 * A LIMITED token is allowed some endpoints, and the platform does not tell which. So one refused change does not show
 * that a token is READ. A path at which reads are allowed and changes are refused does.
 */
export function createRoles(now: () => number = Date.now): Roles {
  const tokens = new Map<string, Known>()
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of [...listeners]) listener()
  }

  function find(token: string): Known | undefined {
    const known = tokens.get(token)
    if (!known || known.until > now()) return known
    tokens.delete(token)
    changed()
    return undefined
  }

  function isRead(token: string): boolean {
    const known = find(token)
    return known !== undefined && [...known.refused].some((path) => known.read.has(path))
  }

  function remember(token: string): Known {
    const known = find(token) ?? {
      until: now() + lifetimeMilliseconds,
      read: new Set(),
      refused: new Set(),
      tools: new Set(),
    }
    tokens.set(token, known)
    if (tokens.size > mostTokens) tokens.delete(tokens.keys().next().value as string)
    return known
  }

  return {
    learn(token, request, reached) {
      const { path } = request
      // There is no end of paths that hold an id.
      if (/\d/.test(path)) return
      const before = isRead(token)
      if (!isChange(request) && reached) remember(token).read.add(path)
      if (isChange(request) && !reached) remember(token).refused.add(path)
      if (isRead(token) !== before) changed()
    },
    isRead,
    refuse(token, tool) {
      const { tools } = remember(token)
      if (tools.has(tool)) return
      tools.add(tool)
      changed()
    },
    refuses: (token, tool) => find(token)?.tools.has(tool) ?? false,
    onChange(listener) {
      // Each caller listens for itself, also with a function that another one has.
      const mine = () => listener()
      listeners.add(mine)
      return () => void listeners.delete(mine)
    },
  }
}
