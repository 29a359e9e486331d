/**
 * Credentials in a form: counted, checked, and put into words when they are not right.
 *
 * @module
 */

import type { AuthEvent } from '../oauth/events.ts'
import type { Fields } from '../oauth/guard.ts'
import type { Settings } from '../oauth/options.ts'
import { busy, lockedOut, tooOften, unanswered, wrong } from '../pages/messages.ts'
import type { ErrorPage } from '../pages/pages.ts'
import { createAttempts } from './attempts.ts'
import { type FieldProblem, readCredentials, type Verdict, verify } from './verify.ts'

/** What came of one form. Seconds in `wait`. */
export type Checked =
  | { verdict: Extract<Verdict, { right: true }> }
  /** The person may try again in the same form. */
  | { problem: FieldProblem; status: 422 | 429 | 502; wait?: number }
  | { locked: ErrorPage; wait?: number }

/** Who tries, for events. */
export type Facts = Pick<AuthEvent, 'client' | 'clientName' | 'address'> & { address: string }

/** @param login names the sign-in whose attempts are counted, besides those of the address. */
export type CheckCredentials = (form: Fields, login: string, facts: Facts) => Promise<Checked>

export function createCredentialCheck(settings: Settings): CheckCredentials {
  const attempts = createAttempts(settings)
  const { emit } = settings

  return async (form, login, facts) => {
    const typed = {
      accessToken: (form.access_token ?? '').trim(),
      email: (form.email ?? '').trim(),
      apiKey: (form.api_key ?? '').trim(),
    }
    const credentials = readCredentials(typed, settings.exchange !== undefined)
    if ('field' in credentials) return { problem: credentials, status: 422 }

    const attempt = await attempts.begin(login, facts.address)
    const field = 'accessToken' in credentials ? 'access_token' : 'api_key'
    if (!attempt.allowed) {
      const { by, wait } = attempt
      emit({ type: 'refused', reason: `too many attempts (${by})`, ...facts })
      return by === 'busy' ? { problem: busy(field, wait), status: 429, wait } : locked(by, wait)
    }
    const verdict = await verify(settings, credentials).catch(async (error: unknown) => {
      await attempt.forget()
      throw error
    })
    if (verdict.right) {
      await attempt.forget()
      return { verdict }
    }
    if (!verdict.refused) {
      await attempt.forget()
      emit({ type: 'refused', reason: 'Cloudways did not answer', ...facts })
      return { problem: unanswered(field, verdict.wait), status: 502, wait: verdict.wait }
    }
    const lock = await attempt.fail()
    emit({ type: 'refused', reason: 'wrong credentials', ...facts })
    const by = lock.address ? 'address' : lock.session ? 'session' : undefined
    if (!by) return { problem: wrong(field), status: 422 }
    emit({ type: 'locked_out', reason: by, ...facts })
    return locked(by, settings.lockoutDuration)
  }
}

function locked(by: 'session' | 'address', wait: number): Checked {
  return by === 'session' ? { locked: tooOften } : { locked: lockedOut(wait), wait: Math.ceil(wait) }
}
