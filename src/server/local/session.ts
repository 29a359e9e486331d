/** Who is signed in on this computer. While nobody is, all calls wait for one page. @module */
import type { AccessTokenCredentials } from '../../api/credentials.ts'
import { unlessAborted } from '../../base/signal.ts'
import type { CallOptions } from '../../core/types/call.ts'
import { defaultScopes, type OAuthScope, scopes as order } from '../oauth/scopes.ts'
import type { Grant } from '../oauth/session.ts'
import { closing, type LocalSessionOptions, notShown, openPending, type Pending } from './pending.ts'

/** Kept in the memory of this process only. */
export interface LocalSession {
  credentials: AccessTokenCredentials
  scopes: readonly OAuthScope[]
  /** The scopes that the page proposed, whether the person allowed them or not. */
  asked: readonly OAuthScope[]
  /** Milliseconds since 1970. */
  endsAt: number
}

interface Waiting extends Pending {
  session: Promise<LocalSession>
}

export function createLocalSessions(options: LocalSessionOptions) {
  const { config, now = Date.now } = options
  let current: LocalSession | undefined
  let pending: Promise<Waiting> | undefined
  let forgetting: NodeJS.Timeout | undefined

  function forget(session: LocalSession): void {
    if (current === session) current = undefined
  }

  function signedIn(): LocalSession | undefined {
    if (current && current.endsAt <= now()) forget(current)
    return current
  }

  /** @throws CredentialError, or the signal's reason; the page then stays open for the other calls. */
  async function find(
    scope: OAuthScope,
    signal: AbortSignal,
    onProgress: CallOptions['onProgress'],
  ): Promise<LocalSession> {
    const known = signedIn()
    if (known && (known.scopes.includes(scope) || known.asked.includes(scope))) return known
    // There must be no `await` between the test and the assignment, or two pages could open.
    pending ??= begin(union(known?.scopes ?? defaultScopes, scope), known?.asked ?? [])
    const { url, session, shown } = await unlessAborted(pending, signal)
    const unseen = shown.then((was) => {
      if (!was) throw notShown(url, config.authSessionTimeout)
      return session
    })
    const stop = onProgress && heartbeat(onProgress, url, config.authPollInterval)
    return unlessAborted(Promise.race([session, unseen]), signal).finally(stop)
  }

  async function begin(proposed: OAuthScope[], before: readonly OAuthScope[]): Promise<Waiting> {
    const over = () => {
      pending = undefined
    }
    const opened = await openPending(options, proposed).catch((error: unknown) => {
      over()
      throw error
    })
    const session = opened.grant.then((grant) => keep(grant, [...before, ...proposed])).finally(over)
    session.catch(() => {})
    return { ...opened, session }
  }

  function keep({ credentials, scopes, upstreamExpiresAt }: Grant, asked: OAuthScope[]): LocalSession {
    const endsAt = Math.min(
      now() + config.authTokenLifetime * 1000,
      upstreamExpiresAt ?? Number.POSITIVE_INFINITY,
    )
    const session = { credentials, scopes, asked, endsAt }
    current = session
    clearTimeout(forgetting)
    forgetting = setTimeout(forget, Math.max(0, endsAt - now()), session).unref()
    return session
  }

  return {
    find,
    /** Who is signed in now. */
    signedIn,
    forget,
    async close(): Promise<void> {
      current = undefined
      clearTimeout(forgetting)
      const open = await pending?.catch(() => undefined)
      await open?.end(closing())
    },
  }
}

const union = (some: readonly OAuthScope[], scope: OAuthScope) =>
  order.filter((one) => one === scope || some.includes(one))

/** A client that gets progress goes on waiting. */
function heartbeat(tell: NonNullable<CallOptions['onProgress']>, url: string, seconds: number): () => void {
  const begun = Date.now()
  const report = () => tell((Date.now() - begun) / 1000, `Waiting for the sign-in to Cloudways at ${url}`)
  report()
  const timer = setInterval(report, seconds * 1000)
  return () => clearInterval(timer)
}
