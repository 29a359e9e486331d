/** A local HTTP server that answers as a test tells it, and remembers the requests. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type CloudwaysOptions, createCloudways } from 'cloudways-tools'
import { onTestFinished, vi } from 'vitest'

export interface Seen {
  method: string
  path: string
  /** With the query, as it was sent. No token may be in it. */
  url: string
  authorization: string | undefined
  contentType: string | undefined
  form: URLSearchParams
  /** Resolves when the client closes the connection before it has the answer. */
  left: Promise<void>
}

/** @param count the number of requests to this route so far, this one included. */
export type Answer = (seen: Seen, response: ServerResponse, count: number) => unknown

export const token = 'cw_canaryaccesstoken0123456789'

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

export const text =
  (body: string, status = 200, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body)

/** The connection breaks without an answer. */
export const reset: Answer = (_, response) => response.socket?.resetAndDestroy()
/** No answer, ever. */
export const silence: Answer = () => {}
/** The first answer for the first request, and so on. The last answer is also for all requests after it. */
export const inTurn =
  (...answers: Answer[]): Answer =>
  (seen, response, count) =>
    answers[Math.min(count, answers.length) - 1]?.(seen, response, count)
/** Answers after `event` has happened. */
export const when =
  (event: Promise<unknown>, answer: Answer): Answer =>
  (seen, response, count) =>
    event.then(() => answer(seen, response, count))

/** The answer of a call that starts an operation, which is finished already. */
export const finished = json({ operation: { id: '8', is_completed: '1' } })

export const providers = { providers: [{ id: 'do', name: 'DigitalOcean' }] }

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** @param routes by method and path below the base, `GET /providers`. Anything else is 404. */
export async function startUpstream(routes: Record<string, Answer>) {
  const seen: Seen[] = []
  const waiting: { matches: (one: Seen[]) => boolean; resolve: () => void }[] = []
  const counts = new Map<string, number>()
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://upstream')
    const path = url.pathname.replace(/^\/api\/v\d/, '')
    const left = new Promise<void>((resolve) => {
      response.once('close', () => {
        if (!response.writableEnded) resolve()
      })
    })
    const form = new URLSearchParams(await read(request).catch(() => ''))
    const one: Seen = {
      method: request.method ?? '',
      path,
      url: request.url ?? '',
      authorization: request.headers.authorization,
      contentType: request.headers['content-type'],
      form,
      left,
    }
    seen.push(one)
    for (const { matches, resolve } of waiting) if (matches(seen)) resolve()
    const route = `${one.method} ${path}`
    const count = (counts.get(route) ?? 0) + 1
    counts.set(route, count)
    await (routes[route] ?? json({ message: 'Not found' }, 404))(one, response, count)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(close)
  return {
    url: `http://127.0.0.1:${port}/api/v2`,
    seen,
    close,
    requests: (route: string) => seen.filter((one) => `${one.method} ${one.path}` === route),
    /** Resolves when this many requests have arrived. */
    arrived: (count: number) =>
      new Promise<void>((resolve) => {
        const matches = (all: Seen[]) => all.length >= count
        if (matches(seen)) resolve()
        else waiting.push({ matches, resolve })
      }),
  }
}

/** A toolkit on `apiUrl`, with an access token and without a limit of its own. */
export const toolkit = (apiUrl: string, options: CloudwaysOptions = {}) =>
  createCloudways({
    apiUrl,
    credentials: { accessToken: token },
    rateLimit: null,
    pollSeconds: 0.001,
    // These tests are about the platform's answers, so no person is asked.
    confirm: 'never',
    ...options,
  })

/** The reason of a promise that must be rejected. */
export const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('the call should have failed')
    },
    (error: unknown) => error,
  )

/** The error of a `call` whose time runs out right after `event`. */
export async function timedOut(call: () => Promise<unknown>, event: () => Promise<unknown>) {
  // Only the timers of this package stop. The clocks of the connections go on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const failed = failure(call())
  await event()
  await vi.advanceTimersByTimeAsync(15_000)
  return failed
}

/** A promise, and the function that resolves it. */
export function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}
