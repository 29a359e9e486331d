/**
 * /revoke (RFC 7009): a client gives its token back.
 *
 * @module
 */
import { Hono } from 'hono'
import { clientAddress } from '../attempts/address.ts'
import { clientForm, noStore, oauthError } from './answers.ts'
import { labelOf } from './clients.ts'
import type { Settings } from './options.ts'
import { isEqual } from './secrets.ts'
import type { Sessions } from './session.ts'

export function revokeRoutes(settings: Settings, sessions: Sessions): Hono {
  return new Hono().post('/revoke', async (c) => {
    const form = await clientForm(c)
    if (form instanceof Response) return form
    const { token, client_id: clientId } = form
    if (!token) return oauthError(c, 400, ['invalid_request', 'token is missing'])
    const session = await sessions.find(token)
    // Anyone who holds the token may end it. But a client that names itself must be the client the token was given to.
    if (session && clientId !== undefined && !isEqual(clientId, session.clientId)) {
      return oauthError(c, 400, ['invalid_grant', 'The token belongs to another client.'])
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
    // An unknown token gets the same answer, so the answer does not tell whether a token exists.
    return c.body(null, 200, noStore)
  })
}
