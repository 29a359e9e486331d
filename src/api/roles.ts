/**
 * What refusals show about the role of an access token. The platform has no call that names the role.
 *
 * @module
 */
import { isChange } from '../core/send/request.ts'
import type { ApiRequest } from '../core/types/api.ts'

/** What is known about all tokens of a process. The key is the token itself, which stays in memory. */
export interface Roles {
  /**
   * Learn from one answer.
   *
   * @param reached `false`: the role did not allow the request.
   * @returns whether it shows more than was known.
   */
  learn(token: string, request: ApiRequest, reached: boolean): boolean
  /** Whether the token allows reads only. */
  isRead(token: string): boolean
  /** Note that the role does not allow this tool. @returns whether that is news. */
  refuse(token: string, tool: string): boolean
  refuses(token: string, tool: string): boolean
  /** Whether the token is known to refuse anything. */
  isLimited(token: string): boolean
  /** Call `listener` when more or less is known of any token. Returns a function that stops it. */
  onChange(listener: () => void): () => void
  /** What is known of a token, for other replicas. */
  told(token: string): Learned | undefined
  /** Know as well what another replica has learned. */
  adopt(token: string, learned: Learned): void
}

/** What refusals have shown of the role of a token, without the token. */
export interface Learned {
  /** Milliseconds since 1970. */
  until: number
  isRead: boolean
  tools: string[]
}

interface Known {
  /** Milliseconds since 1970. */
  until: number
  /** Paths at which a read was allowed. */
  read: Set<string>
  /** Paths at which a change was refused. */
  refused: Set<string>
  tools: Set<string>
  /** Another replica has seen that it allows reads only. */
  isRead?: boolean
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
    if (!known) return false
    return known.isRead || [...known.refused].some((path) => known.read.has(path))
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
      if (/\d/.test(path)) return false
      const before = isRead(token)
      if (!isChange(request) && reached) remember(token).read.add(path)
      if (isChange(request) && !reached) remember(token).refused.add(path)
      const isNews = isRead(token) !== before
      if (isNews) changed()
      return isNews
    },
    isRead,
    refuse(token, tool) {
      const { tools } = remember(token)
      if (tools.has(tool)) return false
      tools.add(tool)
      changed()
      return true
    },
    refuses: (token, tool) => find(token)?.tools.has(tool) ?? false,
    isLimited: (token) => isRead(token) || (find(token)?.tools.size ?? 0) > 0,
    onChange(listener) {
      // Each caller listens for itself, also with a function that another one has.
      const mine = () => listener()
      listeners.add(mine)
      return () => void listeners.delete(mine)
    },
    told(token) {
      const known = find(token)
      return known && { until: known.until, isRead: isRead(token), tools: [...known.tools] }
    },
    adopt(token, learned) {
      if (learned.until <= now()) return
      const known = remember(token)
      const isNews =
        (learned.isRead && !isRead(token)) || learned.tools.some((tool) => !known.tools.has(tool))
      if (!isNews) return
      // The role may have changed since it was learned there.
      known.until = Math.min(known.until, learned.until)
      known.isRead ||= learned.isRead
      for (const tool of learned.tools) known.tools.add(tool)
      changed()
    },
  }
}
