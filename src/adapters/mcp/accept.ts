/** What a client says that it reads. @module */

/** The forms in which a client takes an answer. */
export interface Accepted {
  json: boolean
  /** A stream of events. Only a client that names it reads one. */
  events: boolean
}

/** The header that the SDK wants of every request. Many clients send another, or none. */
export const bothForms = 'application/json, text/event-stream'

/** @param header the header `Accept`; `null` when there is none, which takes everything. */
export function readAccept(header: string | null): Accepted {
  const types = (header ?? '*/*')
    .toLowerCase()
    .split(',')
    .map((part) => part.split(';').map((word) => word.trim()))
    .filter(([, ...words]) => !words.some((word) => /^q=0(?:\.0*)?$/.test(word)))
    .map(([type]) => type)
  const takes = (...names: string[]) => names.some((name) => types.includes(name))
  return { json: takes('', '*/*', 'application/*', 'application/json'), events: takes('text/event-stream') }
}

/** The request as the SDK wants it. Its body has been read. */
export function withBothForms(request: Request): Request {
  if (request.headers.get('accept') === bothForms) return request
  const { url, method, signal } = request
  const headers = new Headers(request.headers)
  headers.set('accept', bothForms)
  return new Request(url, { method, headers, signal })
}
