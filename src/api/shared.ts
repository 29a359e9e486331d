/** Identical reads in flight share one request. @module */
import { isEndless, onAbort } from '../base/signal.ts'

interface Flight {
  promise: Promise<unknown>
  waiting: number
  abort?: AbortController
  news: News
}

/** The waits of a flight, told to every caller that joined it. */
interface News {
  tell(seconds: number): void
  add(listener: Listener): void
}

type Listener = (seconds: number) => void

type Share = (
  key: string,
  options: { signal: AbortSignal; fresh?: boolean; onWait?: Listener },
  work: (own: { signal: AbortSignal; onWait: Listener }) => Promise<unknown>,
) => Promise<unknown>

/**
 * A caller that aborts does not end the request of the others. The request ends when the last caller aborts. A `fresh`
 * caller joins no request that was sent before; later callers may join the one that it sends. A caller that joins a request
 * which waits for its turn is told of that wait too.
 */
export function createShare(): Share {
  const flights = new Map<string, Flight>()

  return async (key, { signal, fresh, onWait }, work) => {
    // Signing in may have taken long, and a signal that is aborted already calls no listener.
    signal.throwIfAborted()
    const flight = (fresh ? undefined : flights.get(key)) ?? start(work, signal)
    const forget = () => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    if (flights.get(key) !== flight) {
      flights.set(key, flight)
      // Without this handler, a flight that fails after every caller has left would crash the process.
      flight.promise.then(forget, forget)
    }
    if (onWait) flight.news.add(onWait)
    return join(flight, signal, forget)
  }
}

function start(work: Parameters<Share>[2], first: AbortSignal): Flight {
  const news = createNews()
  const onWait = news.tell
  // The first caller can't abort, so the flight never has to end early.
  if (isEndless(first)) return { waiting: 0, news, promise: work({ signal: first, onWait }) }
  const abort = new AbortController()
  return { abort, waiting: 0, news, promise: work({ signal: abort.signal, onWait }) }
}

function createNews(): News {
  const listeners: Listener[] = []
  /** Milliseconds of `performance.now`, when the latest wait ends. */
  let until = 0
  return {
    tell(seconds) {
      until = performance.now() + seconds * 1000
      for (const listener of listeners) listener(seconds)
    },
    add(listener) {
      listeners.push(listener)
      const left = (until - performance.now()) / 1000
      if (left > 0) listener(left)
    },
  }
}

function join(flight: Flight, signal: AbortSignal, forget: () => void): Promise<unknown> {
  flight.waiting += 1
  return new Promise((resolve, reject) => {
    const unlisten = onAbort(signal, () => {
      flight.waiting -= 1
      if (flight.waiting === 0) {
        forget()
        flight.abort?.abort(signal.reason)
      }
      reject(signal.reason)
    })
    flight.promise.then(resolve, reject).finally(unlisten)
  })
}
