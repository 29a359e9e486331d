/**
 * The sign-in of a server on stdio. A call without credentials opens a page on this computer, waits until the person has
 * signed in, and goes on.
 *
 * @module
 */
import { never } from '../../base/signal.ts'
import type { Cloudways } from '../../cloudways.ts'
import type { CallOptions } from '../../core/types/call.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { isCloudwaysError } from '../../errors.ts'
import { isEnded } from '../attempts/verify.ts'
import { type OAuthScope, scopeOf } from '../oauth/scopes.ts'
import { ended, type LocalSessionOptions, notAllowed } from './pending.ts'
import { createLocalSessions, type LocalSession } from './session.ts'

/**
 * The tools, for the account of the person who signs in. Wrong arguments are refused before the person is asked. The
 * deadline of a call begins when the credentials are there. Only what the person allowed on the page is done.
 *
 * @returns the same tools, and a function that forgets the sign-in and takes the page away.
 *
 * @example
 * const signIn = createLocalSignIn({ cloudways, config, ask, tell })
 * const server = serveStdio(signIn.cloudways)
 */
export function createLocalSignIn<T extends ToolMap>(
  options: Omit<LocalSessionOptions, 'services'> & {
    /** The visible tools and their rules. The account of this toolkit is not used. */
    cloudways: Cloudways<T>
  },
) {
  const { cloudways } = options
  const sessions = createLocalSessions({ ...options, services: cloudways.adapter.services })
  return { cloudways: waiting(cloudways, sessions), close: sessions.close }
}

type Sessions = ReturnType<typeof createLocalSessions>

function waiting<T extends ToolMap>(cloudways: Cloudways<T>, sessions: Sessions): Cloudways<T> {
  // One toolkit for each session, so that identical reads at the same time are one request.
  const toolkits = new WeakMap<LocalSession, Cloudways<T>>()
  const toolsOf = (session: LocalSession) => {
    const known = toolkits.get(session) ?? cloudways.withCredentials(session.credentials)
    toolkits.set(session, known)
    return known
  }
  return {
    ...cloudways,
    async call(name, input, options = {}) {
      const own = cloudways.adapter.called(name, input).name
      const tool = Object.hasOwn(cloudways.tools, own) ? cloudways.tools[own] : undefined
      const mayAsk = !options.unasked || sessions.signedIn()?.scopes.includes(scopeOf(tool?.risk ?? 'read'))
      if (!tool || !mayAsk || !isComplete(cloudways, name, input)) return cloudways.call(name, input, options)
      const begun = Date.now()
      const session = await signedIn(sessions, scopeOf(tool.risk), options).catch(async (error: unknown) => {
        // The failed sign-in goes through the path of a call as well, so that the audit is told of it.
        if (isCloudwaysError(error) || options.signal?.aborted) {
          await cloudways
            .withCredentials(() => {
              throw error
            })
            .call(name, input, options)
        }
        throw error
      })
      try {
        const rest = { ...options, onProgress: startingAt(options.onProgress, Date.now() - begun) }
        return await toolsOf(session).call(name, input, rest)
      } catch (error) {
        if (!isEnded(error)) throw error
        sessions.forget(session)
        throw ended()
      }
    },
    select: (selection) => waiting(cloudways.select(selection), sessions),
  }
}

/** Whether the arguments are right: nobody is asked to sign in for a call with wrong ones. */
const isComplete = <T extends ToolMap>(cloudways: Cloudways<T>, name: string, input: unknown): boolean =>
  cloudways.adapter.accepts(name, input)

/** Progress counts on from `milliseconds`: it must not go back when the wait for an operation follows the sign-in. */
function startingAt(tell: CallOptions['onProgress'], milliseconds: number): CallOptions['onProgress'] {
  return tell && ((elapsed, message) => tell(elapsed + milliseconds / 1000, message))
}

/** A session that allows `scope`. A person who was not asked for this scope yet is asked once, as over HTTP. */
async function signedIn(
  sessions: Sessions,
  scope: OAuthScope,
  { signal = never(), onProgress }: CallOptions,
) {
  const begun = Date.now()
  for (;;) {
    const session = await sessions.find(scope, signal, startingAt(onProgress, Date.now() - begun))
    if (session.scopes.includes(scope)) return session
    if (session.asked.includes(scope)) throw notAllowed(scope)
  }
}
