/**
 * The sign-in of a server on stdio: a call without credentials brings a person to a page on this computer, waits,
 * and goes on.
 *
 * @module
 */

import { never } from '../../base/signal.ts'
import type { Cloudways } from '../../cloudways.ts'
import { checkValue, objectSchema } from '../../core/declare/schema.ts'
import type { CallOptions } from '../../core/types/call.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { isCloudwaysError } from '../../errors.ts'
import { type Scope, scopeOf } from '../oauth/scopes.ts'
import { ended, notAllowed } from './errors.ts'
import type { LocalSessionOptions } from './pending.ts'
import { createLocalSessions, type LocalSession } from './session.ts'

/** Options of {@link createLocalSignIn}. */
export interface LocalSignInOptions<T extends ToolMap> extends LocalSessionOptions {
  /** The visible tools and their rules; its own account is not used. */
  cloudways: Cloudways<T>
}

export interface LocalSignIn<T extends ToolMap> {
  /** The same tools: a call waits until somebody has signed in. */
  cloudways: Cloudways<T>
  /** Forget the sign-in, and take the page away. */
  close(): Promise<void>
}

/**
 * Tools of whoever signs in. What is wrong with a call is said before anybody is asked; the time of a call begins
 * when its credentials are there; and what the person allowed on the page is all that is done.
 *
 * @example
 * const signIn = createLocalSignIn({ cloudways, config, upstream, rateLimit, ask, tell })
 * const server = serveStdio(signIn.cloudways)
 */
export function createLocalSignIn<T extends ToolMap>(options: LocalSignInOptions<T>): LocalSignIn<T> {
  const sessions = createLocalSessions(options)
  return { cloudways: waiting(options.cloudways, sessions), close: sessions.close }
}

type Sessions = ReturnType<typeof createLocalSessions>

function waiting<T extends ToolMap>(cloudways: Cloudways<T>, sessions: Sessions): Cloudways<T> {
  // One toolkit for a session: simultaneous reads of the same thing are one request.
  const bound = new WeakMap<LocalSession, Cloudways<T>>()
  const toolsOf = (session: LocalSession) => {
    const known = bound.get(session) ?? cloudways.withCredentials(session.credentials)
    bound.set(session, known)
    return known
  }
  return {
    ...cloudways,
    async call(name, input, options = {}) {
      const tool = Object.hasOwn(cloudways.tools, name) ? cloudways.tools[name] : undefined
      if (!tool || !isComplete(cloudways, name, input)) return cloudways.call(name, input, options)
      const begun = Date.now()
      const session = await signedIn(sessions, scopeOf(tool.risk), options).catch(async (error: unknown) => {
        // Through the one path of a call all the same, so that the audit has it.
        if (isCloudwaysError(error) || options.signal?.aborted) {
          await cloudways.withCredentials(bringing(error)).call(name, input, options)
        }
        throw error
      })
      try {
        const rest = { ...options, onProgress: later(options.onProgress, Date.now() - begun) }
        return await toolsOf(session).call(name, input, rest)
      } catch (error) {
        if (
          !isCloudwaysError(error) ||
          error.code !== 'credentials_refused' ||
          error.details.status !== 401
        ) {
          throw error
        }
        sessions.forget(session)
        throw ended()
      }
    },
    select: (selection) => waiting(cloudways.select(selection), sessions),
  }
}

/** Nobody signs in for a call that is wrong. */
const isComplete = <T extends ToolMap>(cloudways: Cloudways<T>, name: string, input: unknown): boolean =>
  checkValue(objectSchema(name, cloudways.inputShape(name)), input ?? {}).ok

const bringing = (error: unknown) => () => {
  throw error
}

/** Progress must not go back when the wait for a person is followed by one for an operation. */
function later(tell: CallOptions['onProgress'], milliseconds: number): CallOptions['onProgress'] {
  return tell && ((elapsed, message) => tell(elapsed + milliseconds / 1000, message))
}

/** A sign-in that allows `scope`. Who was not asked for it yet is asked once, as over HTTP. */
async function signedIn(sessions: Sessions, scope: Scope, { signal = never(), onProgress }: CallOptions) {
  const begun = Date.now()
  for (;;) {
    const session = await sessions.find(scope, signal, later(onProgress, Date.now() - begun))
    if (session.scopes.includes(scope)) return session
    if (session.asked.includes(scope)) throw notAllowed(scope)
  }
}
