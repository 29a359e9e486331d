/**
 * /token: a code becomes a bearer token, once, for the client that began. /revoke (RFC 7009): a client gives its token
 * back.
 *
 * @module
 */
import { type Context, Hono } from 'hono'
import { type Fields, readForm } from '../pages/http.ts'
import { noStore, type OAuthError, oauthError } from './answers.ts'
import { type Clients, labelOf } from './clients.ts'
import type { Settings } from './options.ts'
import { isResource } from './request.ts'
import { challengeOf, digest, isEqual } from './secrets.ts'
import type { PendingGrant, Sessions } from './session.ts'

export function tokenRoutes(settings: Settings, clients: Clients, sessions: Sessions): Hono {
  const { storage, resource } = settings

  return new Hono().post('/token', async (c) => {
    const form = await clientForm(c)
    if (form instanceof Response) return form
    if (c.req.header('authorization') !== undefined) {
      const challenge = { 'www-authenticate': 'Basic realm="token"' }
      return oauthError(401, ['invalid_client', 'Clients of this server have no secret.'], challenge)
    }
    if (form.client_id && !(await clients.isKnown(form.client_id))) {
      // Checked first, with the error code at which clients register again.
      return oauthError(401, ['invalid_client', 'This server does not know the client.'])
    }
    const wrong = formProblem(form)
    if (wrong) return oauthError(400, wrong)
    if (!isResource(form.resource, resource)) {
      return oauthError(400, ['invalid_target', `resource must be ${resource}`])
    }
    // The lock makes a replay wait for the first use. The replay then finds the token that it has to revoke.
    const code = form.code as string
    return storage.lock(`auth:code:${digest(code)}`, { ttl: 15, wait: 10 }, () => redeem(c, form, code))
  })

  async function redeem(c: Context, form: Fields, code: string): Promise<Response> {
    const client = labelOf(form.client_id as string)
    const address = settings.addressOf(c)
    const pending = await sessions.takeCode(code)
    if (!pending) {
      const trace = await sessions.endOfSpent(code)
      if (trace) settings.emit({ type: 'revoked', reason: 'code used twice', ...trace, address })
      return refuse({ reason: trace ? 'code used twice' : 'unknown code', client, address })
    }
    const reason = proofProblem(pending, form)
    if (reason) return refuse({ reason, client, address, account: pending.account })
    const lifetime = sessions.lifetimeOf(pending)
    if (lifetime < 1)
      return refuse({ reason: 'Cloudways token over', client, address, account: pending.account })

    const { redirectUri, challenge, expiresAt, ...grant } = pending
    const bearer = await sessions.create(grant, lifetime, client, code)
    const { account, scopes } = grant
    settings.emit({ type: 'token_issued', account, client, address, scopes })
    return c.json(
      { access_token: bearer, token_type: 'Bearer', expires_in: lifetime, scope: scopes.join(' ') },
      200,
      noStore,
    )
  }

  /** The answer is always the same. Only the audit learns which proof failed. */
  function refuse(facts: { reason: string; client: string; address: string; account?: string }) {
    settings.emit({ type: 'token_refused', ...facts })
    return oauthError(400, ['invalid_grant', 'The code is invalid, already used, or expired. Start again.'])
  }
}

/** What is wrong with the form itself. Such a request does not use the code up. */
function formProblem(form: Fields): OAuthError | undefined {
  if (!form.grant_type) return ['invalid_request', 'grant_type is missing']
  if (form.grant_type !== 'authorization_code') {
    return [
      'unsupported_grant_type',
      'The only grant is authorization_code; when a token ends, sign in again.',
    ]
  }
  for (const name of ['client_id', 'code', 'redirect_uri', 'code_verifier'] as const) {
    if (!form[name]) return ['invalid_request', `${name} is missing`]
  }
  if (!/^[\w.~-]{43,128}$/.test(form.code_verifier as string)) {
    return ['invalid_grant', 'code_verifier must be 43 to 128 unreserved characters']
  }
  return undefined
}

function proofProblem(pending: PendingGrant, form: Fields): string | undefined {
  if (!isEqual(form.client_id as string, pending.clientId)) return 'foreign client'
  if (!isEqual(form.redirect_uri as string, pending.redirectUri)) return 'foreign redirect_uri'
  if (!isEqual(challengeOf(form.code_verifier as string), pending.challenge)) return 'wrong code_verifier'
  return undefined
}

const largestFormBytes = 16 * 1024

/** The fields of a form that a client posted, or the answer that refuses the form. */
async function clientForm(c: Context): Promise<Fields | Response> {
  const form = await readForm(c.req.raw, largestFormBytes)
  if (form === 'too large') return oauthError(413, ['invalid_request', 'The request is too large.'])
  if (form === 'twice') return oauthError(400, ['invalid_request', 'A parameter comes twice.'])
  if (form !== 'no form') return form
  return oauthError(400, ['invalid_request', 'Send application/x-www-form-urlencoded.'])
}

export function revokeRoutes(settings: Settings, sessions: Sessions): Hono {
  return new Hono().post('/revoke', async (c) => {
    const form = await clientForm(c)
    if (form instanceof Response) return form
    const { token, client_id: clientId } = form
    if (!token) return oauthError(400, ['invalid_request', 'token is missing'])
    const session = await sessions.find(token)
    // Anyone who holds the token may end it. But a client that names itself must be the client the token was given to.
    if (session && clientId !== undefined && !isEqual(clientId, session.clientId)) {
      return oauthError(400, ['invalid_grant', 'The token belongs to another client.'])
    }
    if (session) {
      await sessions.end(token)
      settings.emit({
        type: 'revoked',
        reason: 'by its client',
        account: session.account,
        client: labelOf(session.clientId),
        address: settings.addressOf(c),
      })
    }
    // An unknown token gets the same answer, so the answer does not tell whether a token exists.
    return c.body(null, 200, noStore)
  })
}
