/** A `Response` written to a response of Node, as fast as the client reads. @module */
/** What is used of an `http.ServerResponse`. */
export interface NodeResponse {
  statusCode: number
  readonly headersSent: boolean
  readonly writableFinished: boolean
  readonly destroyed: boolean
  getHeader(name: string): number | string | string[] | undefined
  setHeader(name: string, value: string | readonly string[]): unknown
  flushHeaders(): void
  /** Middleware that compresses adds it. */
  flush?: () => void
  write(chunk: Uint8Array): boolean
  end(): unknown
  destroy(error?: Error): unknown
  on(event: string, listener: () => void): unknown
}

/** Headers that middleware may have set too. Both count. */
const added = new Set(['vary', 'set-cookie'])

/** @param bare leaves the body out. */
export async function writeAnswer(response: Response, outgoing: NodeResponse, bare = false): Promise<void> {
  const { status, headers, body } = response
  outgoing.statusCode = status
  for (const name of new Set(headers.keys())) {
    const values = name === 'set-cookie' ? headers.getSetCookie() : [headers.get(name) as string]
    const before = added.has(name) ? outgoing.getHeader(name) : undefined
    const all = before === undefined ? values : [before, ...values].flat().map(String)
    outgoing.setHeader(name, all.length > 1 ? all : (all[0] as string))
  }
  if (!body || bare) {
    await body?.cancel()
    return void outgoing.end()
  }
  // A stream of events may have nothing to tell for long, and its client waits for the headers.
  if (headers.get('content-type')?.startsWith('text/event-stream')) outgoing.flushHeaders()
  const reader = body.getReader()
  // Called when the client has read, or has gone.
  let goOn = () => {}
  outgoing.on('drain', () => goOn())
  outgoing.on('close', () => {
    reader.cancel().catch(() => {})
    goOn()
  })
  for (;;) {
    const { done, value } = await reader.read()
    if (outgoing.destroyed) return
    if (done) return void outgoing.end()
    const isRoom = outgoing.write(value)
    outgoing.flush?.()
    if (!isRoom && !outgoing.destroyed) {
      await new Promise<void>((resolve) => {
        goOn = resolve
      })
    }
  }
}
