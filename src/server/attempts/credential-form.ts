/**
 * The credentials that a person typed, checked by their form alone.
 *
 * @module
 */
import type { StaticCredentials } from '../../api/credentials.ts'

/** A field that the person has to fix, and how. */
export interface FieldProblem {
  field: 'access_token' | 'email' | 'api_key'
  message: string
}

interface TypedCredentials {
  accessToken: string
  email: string
  apiKey: string
}

/**
 * @param hasExchange whether the page takes email and API key.
 * @returns the credentials to try, or what is wrong with them. Nothing is sent to Cloudways for this.
 */
export function readCredentials(
  { accessToken, email, apiKey }: TypedCredentials,
  hasExchange: boolean,
): StaticCredentials | FieldProblem {
  // The token decides: a browser may have filled in email and key on its own.
  if (accessToken || !hasExchange || (!email && !apiKey)) {
    const field = 'access_token'
    if (!accessToken) return { field, message: 'Paste an access token.' }
    if (/^cw_[\w.~+/=-]{8,500}$/.test(accessToken)) return { accessToken }
    const message = accessToken.startsWith('cw_')
      ? 'This token is not complete. Copy it again, the whole of it.'
      : 'An access token begins with cw_. Check that it is the token and not its name, nor an API key.'
    return { field, message }
  }
  if (!/^[!-?A-~]{1,64}@([a-z0-9-]+\.)+[a-z0-9-]{2,}$/i.test(email) || email.length > 254) {
    return { field: 'email', message: 'Enter the email address of your Cloudways account.' }
  }
  if (apiKey.startsWith('cw_')) {
    return {
      field: 'api_key',
      message: 'This is an access token. Paste it above, and leave email and key empty.',
    }
  }
  if (!/^[!-~]{8,256}$/.test(apiKey)) {
    return { field: 'api_key', message: 'Paste the whole API key: letters and digits, without blanks.' }
  }
  return { email, apiKey }
}
