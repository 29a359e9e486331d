/** A request of Node as a `Request`. @module */

/** What is used of an `http.IncomingMessage`, and what frameworks add to it. */
export interface NodeRequest {
  method?: string
  url?: string
  /** Express and Connect: the URL before the path of a mounted router was cut off. */
  originalUrl?: string
  rawHeaders: readonly string[]
  /** What a body parser made of the body. */
  body?: unknown
  /** Whether somebody has read the body. */
  readableDidRead?: boolean
  socket?: object | null
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  on(event: 'close' | 'end' | 'error', listener: () => void): unknown
  off(event: string, listener: (chunk: Uint8Array) => void): unknown
  pause(): unknown
  resume(): unknown
}

/** Headers that tell how the body was sent. They are not true of a body that was parsed and is written again. */
const ofTheWire = new Set(['content-length', 'content-encoding', 'transfer-encoding'])

/**
 * @param parsed what a parser made of the body, if one has read it.
 * @returns `undefined` for a request that a `Request` can't hold.
 * @throws Error when the body was read, and nobody knows what stood in it.
 */
export function toRequest(incoming: NodeRequest, parsed: unknown, signal: AbortSignal): Request | undefined {
  const { method = 'GET', originalUrl, url = '/', socket } = incoming
  const hasBody = method !== 'GET' && method !== 'HEAD'
  // Parsers of Express 4 leave an empty object where they read nothing, and Fastify may hand over the request itself.
  const isGiven = parsed !== undefined && parsed !== incoming
  const isRead = incoming.readableDidRead ?? (isGiven && parsed !== null)
  if (hasBody && isRead && !isGiven) {
    throw new Error(
      'The body of the request was read before, and request.body does not have it. Put toNodeHandler before what reads it.',
    )
  }
  try {
    const headers = headersOf(incoming, isRead)
    const host = headers.get('host') ?? ''
    // `user@host` and the like would be another host in the URL than in the header, which is what is checked.
    if (!/^[\w.:[\]-]+$/.test(host)) return undefined
    const scheme = (socket as { encrypted?: boolean } | null | undefined)?.encrypted ? 'https' : 'http'
    const path = originalUrl ?? url
    const whole = path.startsWith('/') ? `${scheme}://${host}${path}` : path
    const type = headers.get('content-type') ?? ''
    const body = !hasBody ? null : isRead ? written(parsed, type) : unread(incoming)
    return new Request(whole, { method, headers, signal, body, ...(body && { duplex: 'half' }) })
  } catch {
    return undefined
  }
}

/** @param isRead leaves out what is not true any more of a body that was parsed. */
function headersOf({ rawHeaders }: NodeRequest, isRead: boolean): Headers {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at] as string, rawHeaders[at + 1] as string]
    // HTTP/2 has the host there.
    if (name === ':authority') headers.set('host', value)
    else if (!name.startsWith(':') && !(isRead && ofTheWire.has(name.toLowerCase())))
      headers.append(name, value)
  }
  return headers
}

/** The body once more, as it was before a parser of the framework read it. */
function written(parsed: unknown, type: string): string | Uint8Array<ArrayBuffer> {
  if (typeof parsed === 'string') return parsed
  if (parsed instanceof Uint8Array) return parsed as Uint8Array<ArrayBuffer>
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return JSON.stringify(parsed)
  const fields = Object.entries(parsed as object).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  )
  return new URLSearchParams(fields).toString()
}

/** The body as it comes in. Nothing is read before somebody wants it: Node drops the rest of a request by itself. */
function unread(incoming: NodeRequest): ReadableStream<Uint8Array> {
  let stop: (() => void) | undefined
  const begin = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const onData = (chunk: Uint8Array) => {
      controller.enqueue(chunk)
      if ((controller.desiredSize ?? 0) <= 0) incoming.pause()
    }
    const onEnd = () => {
      stop?.()
      controller.close()
    }
    const onGone = () => {
      stop?.()
      controller.error(new Error('The client went away before the end of its request.'))
    }
    incoming.on('data', onData)
    incoming.on('end', onEnd)
    incoming.on('error', onGone)
    incoming.on('close', onGone)
    stop = () => {
      for (const [event, listener] of Object.entries({ data: onData, end: onEnd, close: onGone })) {
        incoming.off(event, listener)
      }
    }
  }
  return new ReadableStream(
    {
      pull(controller) {
        if (!stop) begin(controller)
        incoming.resume()
      },
      cancel() {
        stop?.()
        incoming.resume()
      },
    },
    { highWaterMark: 0 },
  )
}
