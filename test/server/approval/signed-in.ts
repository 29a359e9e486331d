/** The official client with a person who signs in, and what the model reads when a call waits for that person. */
import { expect } from 'vitest'
import { type SignedInClient, v1 } from '../self-hosting/sdk-clients.ts'
import type { Browser } from './person.ts'

/** A client whose browser has signed in. */
export async function connectSignedIn(
  url: string,
  person: Browser,
  fields: Record<string, string>,
  make: (url: URL) => SignedInClient = v1,
): Promise<SignedInClient> {
  const client = make(new URL(url))
  await expect(client.connect()).rejects.toThrow()
  const page = await person.get(String(client.opened[0]))
  const form = { ...page.hidden, ...fields, scope: 'cloudways:write', action: 'sign-in' }
  const back = await person.post(new URL('/authorize/sign-in', url).href, form)
  await client.finish(new URL(back.headers.get('location') as string))
  await client.connect()
  return client
}

/** What the model reads, and the link in it. */
export async function refused(call: Promise<unknown>): Promise<{ text: string; link: string }> {
  const text = await call.then(
    () => 'it went through',
    (error: Error) => error.message,
  )
  return { text, link: /http:\/\/[^\s"\\]+\/confirm\/[\w-]{43}/.exec(text)?.[0] ?? '' }
}
