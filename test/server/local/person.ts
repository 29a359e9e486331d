/** The person at the page on this computer, with requests as a browser sends them. */

export interface Page {
  /** The origin of the page. */
  origin: string
  ticket: string
  cookie: string
  text: string
  response: Response
}

/** Open the address that was shown. */
export async function visit(url: string): Promise<Page> {
  const first = await fetch(url, { redirect: 'manual' })
  const target = new URL(first.headers.get('location') ?? '', url)
  const response = await fetch(target, { redirect: 'manual' })
  const text = await response.text()
  return {
    origin: target.origin,
    ticket: /name="ticket" value="([^"]+)"/.exec(text)?.[1] ?? '',
    cookie: response.headers.getSetCookie().map((line) => line.split(';')[0])[0] ?? '',
    text,
    response,
  }
}

/** Send the form. */
export function submit(
  page: Page,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${page.origin}/authorize/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      cookie: page.cookie,
      origin: page.origin,
      'sec-fetch-site': 'same-origin',
      'sec-fetch-mode': 'navigate',
      ...headers,
    },
    body: new URLSearchParams({
      ticket: page.ticket,
      action: 'sign-in',
      scope: 'cloudways:write',
      ...fields,
    }),
  })
}

/** Open the address and sign in. */
export async function signInAt(url: string, fields: Record<string, string>): Promise<Response> {
  return submit(await visit(url), fields)
}
