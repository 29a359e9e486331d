import { type Answer, ok } from '../call.ts'
import { now, type World } from '../world.ts'

const oauthError = (error: string, error_description: string): Answer => ({
  status: 401,
  body: { error, error_description },
})

/** The legacy exchange of email and API key. An access token sent in place of the key is refused like a wrong key. */
export function exchange(world: World, input: Record<string, unknown>): Answer {
  const { legacyKeys, tokenSeconds } = world.settings
  if (legacyKeys === 'refused') {
    return oauthError('invalid_client', 'API keys are no longer accepted. Use a platform access token.')
  }
  const token = world.auth.exchange(String(input.email), String(input.api_key), now(world), tokenSeconds)
  if (!token) return oauthError('invalid_credentials', 'Email and API key do not match')
  return ok({ access_token: token, token_type: 'Bearer', expires_in: tokenSeconds })
}
