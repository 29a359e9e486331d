/**
 * The account with which an HTTP request comes: credentials in its headers, and never in its query.
 *
 * @module
 */
import type { StaticCredentials } from '../../api/credentials.ts'
import { InputError } from '../../errors.ts'

/** Names of parameters that may hold a credential. */
const telling = /token|key|secret|passw|auth|credential|email/i

/** Whether a URL has a credential in its query, from where it would get into logs and browser histories. */
export function hasSecretInQuery(url: string): boolean {
  const start = url.indexOf('?')
  if (start < 0) return false
  const parameters = [...new URLSearchParams(url.slice(start + 1))]
  return parameters.some(([name, value]) => telling.test(name) || /^cwt?_/.test(value))
}

/** The headers that bring the credentials of an account. */
export const credentialHeaders = {
  accessToken: 'x-cloudways-access-token',
  email: 'x-cloudways-email',
  apiKey: 'x-cloudways-api-key',
} as const

/**
 * The credentials in the headers of a request; `undefined` when there are none.
 *
 * @throws InputError for half a pair, or for both kinds at once.
 */
export function headerCredentials(headers: Headers): StaticCredentials | undefined {
  const accessToken = headers.get(credentialHeaders.accessToken)
  const email = headers.get(credentialHeaders.email)
  const apiKey = headers.get(credentialHeaders.apiKey)
  if (accessToken === null && email === null && apiKey === null) return undefined
  if (accessToken !== null && (email !== null || apiKey !== null)) {
    throw new InputError(
      'Two kinds of credentials came at once.',
      `Send ${credentialHeaders.accessToken}, or ${credentialHeaders.email} with ${credentialHeaders.apiKey}.`,
    )
  }
  if (accessToken !== null) return { accessToken }
  if (email === null || apiKey === null) {
    const missing = email === null ? credentialHeaders.email : credentialHeaders.apiKey
    throw new InputError(
      `Half of the credentials came: ${missing} is missing.`,
      `Send ${credentialHeaders.email} with ${credentialHeaders.apiKey}, or ${credentialHeaders.accessToken} alone.`,
    )
  }
  return { email, apiKey }
}
