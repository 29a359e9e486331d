/**
 * One form with credentials: the attempt is counted, Cloudways is asked, and the outcome is put into words.
 *
 * @module
 */
import { bareCredential, credentialProblem } from '../../api/credential-form.ts'
import { accountOf, type StaticCredentials } from '../../api/credentials.ts'
import { isLoopback } from '../../base/http.ts'
import type { AuthEvent } from '../oauth/events.ts'
import type { Settings } from '../oauth/options.ts'
import type { FieldProblem } from '../pages/credential-fields.ts'
import type { Fields } from '../pages/http.ts'
import { busy, type ErrorPage, lockedOut, tooOften, unanswered, wrong } from '../pages/pages.ts'
import { createAttempts } from './attempts.ts'
import { type Verdict, verify } from './verify.ts'

/** What the person has to fix in the form that is shown again. */
export interface FormProblem {
  problem: FieldProblem
  status: 422 | 429 | 502
  /** Seconds. */
  wait?: number
}

/** The credentials are right, or the person fixes the form, or no further attempt is taken for now. Seconds in `wait`. */
export type CheckedForm =
  | { verdict: Extract<Verdict, { right: true }> }
  | FormProblem
  | { locked: ErrorPage; wait?: number }

/** Who tries, for events. */
type Facts = Pick<AuthEvent, 'client' | 'clientName'> & { address: string }

interface Login {
  /** Counts the attempts of one sign-in. */
  id: string
  /** Counts the attempts at one page, whatever sign-in they belong to. Default: those of the sign-in. */
  page?: string
}

export type CredentialCheck = ReturnType<typeof createCredentialCheck>

export function createCredentialCheck(settings: Settings) {
  const attempts = createAttempts(settings)
  const { emit, secure } = settings

  return async (form: Fields, { id, page = id }: Login, facts: Facts): Promise<CheckedForm> => {
    const credentials = readCredentials(form, settings)
    if ('field' in credentials) return { problem: credentials, status: 422 }

    // The person and every program on this computer have one address. There, a program that guesses must not lock the
    // person out. Guesses are counted by the page, and a program could as well send them to Cloudways itself.
    const isShared = !secure && isLoopback(facts.address)
    const attempt = await attempts.begin(id, isShared ? page : facts.address)
    const field = 'accessToken' in credentials ? 'access_token' : 'api_key'
    if (!attempt.allowed) {
      const { wait } = attempt
      const by = isShared && attempt.by === 'address' ? 'session' : attempt.by
      emit({ type: 'refused', reason: `too many attempts (${by})`, ...facts })
      return by === 'busy' ? { problem: busy(field, wait), status: 429, wait } : lockout(by, wait)
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
    const by = lock.address && !isShared ? 'address' : lock.address || lock.session ? 'session' : undefined
    if (!by) return { problem: wrong(field), status: 422 }
    emit({ type: 'locked_out', reason: by, ...facts })
    return lockout(by, settings.lockoutDuration)
  }
}

function lockout(by: 'session' | 'address', wait: number): CheckedForm {
  return by === 'session' ? { locked: tooOften } : { locked: lockedOut(wait), wait: Math.ceil(wait) }
}

/**
 * The account whose credentials are in a form: `undefined` when there are none. Cloudways is not asked, so they may be
 * wrong: only an account that is known already can be recognized by it.
 */
export async function accountIn(
  form: Fields,
  settings: Pick<Settings, 'exchange'>,
): Promise<string | undefined> {
  const credentials = readCredentials(form, settings)
  return 'field' in credentials ? undefined : accountOf(credentials)
}

/** @returns the credentials to try, or what is wrong with them. Nothing is sent to Cloudways for this. */
function readCredentials(
  form: Fields,
  { exchange }: Pick<Settings, 'exchange'>,
): StaticCredentials | FieldProblem {
  const accessToken = bareCredential(form.access_token ?? '')
  const email = bareCredential(form.email ?? '')
  const apiKey = bareCredential(form.api_key ?? '')
  // The token decides: a browser may have filled in email and key on its own.
  if (accessToken || !exchange || (!email && !apiKey)) {
    const message = accessToken ? credentialProblem('accessToken', accessToken) : 'Paste an access token.'
    return message ? { field: 'access_token', message } : { accessToken }
  }
  const wrongEmail = credentialProblem('email', email)
  if (wrongEmail) return { field: 'email', message: wrongEmail }
  const wrongKey = credentialProblem('apiKey', apiKey)
  return wrongKey ? { field: 'api_key', message: wrongKey } : { email, apiKey }
}
