/**
 * /revoke (RFC 7009): a client gives its token back.
 *
 * @module
 */
import { Hono } from 'hono'
import { clientAddress } from '../attempts/address.ts'
import { labelOf } from './clients.ts'
import { clientForm, noStore, oauthError } from './guard.ts'
import type { Settings } from './options.ts'
import { isEqual } from './secrets.ts'
import type { Sessions } from './session.ts'

const largestBody = 16 * 1024

export function revokeRoutes(settings: Settings, sessions: Sessions): Hono {
  return new Hono().post('/revoke', async (c) => {
    const form = await clientForm(c, largestBody)
    if (form instanceof Response) return form
    const { token, client_id: clientId } = form
    if (!token) return oauthError(c, 400, 'invalid_request', 'token is missing')
    const session = await sessions.find(token)
    // Whoever holds the token may end it; a client that names itself must be the one it was given to.
    if (session && clientId !== undefined && !isEqual(clientId, session.clientId)) {
      return oauthError(c, 400, 'invalid_grant', 'The token belongs to another client.')
    }
    if (session) {
      await sessions.end(token)
      settings.emit({
        type: 'revoked',
        reason: 'by its client',
        account: session.account,
        client: labelOf(session.clientId),
        address: clientAddress(c.req.raw.headers, c.env, settings.trustProxy),
      })
    }
    // The same for a token that never was: the answer tells nothing.
    return c.body(null, 200, noStore)
  })
}
