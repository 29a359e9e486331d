/** What a person with a browser and a client without an SDK do, in plain fetch. */
import {
  authorizePath,
  callTool as callToolBy,
  formBody,
  openPage,
  register,
  submit,
  type TestClient,
  tokenForm,
} from '../oauth/support.ts'

export type Send = (path: string, init?: RequestInit) => Promise<Response>

/** A request without an answer by then hangs. */
const answerMilliseconds = 60_000

export const sendTo =
  (base: string): Send =>
  (path, init) =>
    fetch(new URL(path, base), {
      redirect: 'manual',
      signal: AbortSignal.timeout(answerMilliseconds),
      ...init,
    })

/** Open the page that a client sends its browser to, and send its form. @returns where the browser goes back to. */
export async function playBrowser(url: URL, fields: Record<string, string>): Promise<URL> {
  const response = await attempt(url, fields)
  const location = response.headers.get('location')
  if (response.status !== 303 || !location) {
    throw new Error(`sign-in: ${response.status} ${await response.text()}`)
  }
  return new URL(location)
}

/** The same. @returns the answer, whatever it is. */
export async function attempt(url: URL, fields: Record<string, string>): Promise<Response> {
  const send = sendTo(url.origin)
  const page = await openPage(send, `${url.pathname}${url.search}`)
  const boxes = [...page.text.matchAll(/<input type="checkbox" name="scope" value="([^"]+)"([^>]*)>/g)]
  const scope = boxes.flatMap(([, value, rest]) => (rest?.includes('checked') ? [value] : [])).join(' ')
  return submit(send, page, { scope, ...fields }, { origin: url.origin })
}

/** The address to which a test client sends the browser. */
export function authorizeUrl(base: string, client: TestClient): URL {
  return new URL(authorizePath(client, { resource: `${base}/mcp` }), base)
}

/** From registration to the code. */
export async function getCode(
  base: string,
  fields: Record<string, string>,
): Promise<{ client: TestClient; code: string }> {
  const client = await register(sendTo(base))
  const back = await playBrowser(authorizeUrl(base, client), fields)
  return { client, code: back.searchParams.get('code') as string }
}

/** From registration to the token. */
export async function signIn(base: string, fields: Record<string, string>) {
  const { client, code } = await getCode(base, fields)
  const response = await redeem(base, client, code)
  if (response.status !== 200) throw new Error(`token: ${response.status} ${await response.text()}`)
  const { access_token: token } = (await response.json()) as { access_token: string }
  return { client, code, token }
}

export const redeem = (base: string, client: TestClient, code: string) =>
  sendTo(base)('/token', tokenForm(client, code, { resource: `${base}/mcp` }))

export const revoke = (base: string, token: string) => sendTo(base)('/revoke', formBody({ token }))

export const callTool = (base: string, token: string, name: string, input: object = {}) =>
  callToolBy(sendTo(base), token, name, input)

/** The result of a call that was answered. */
export async function resultOf(response: Response) {
  if (response.status !== 200) throw new Error(`call: ${response.status} ${await response.text()}`)
  const { result } = (await response.json()) as {
    result: { isError?: boolean; structuredContent?: unknown; content: { text: string }[] }
  }
  return result
}
