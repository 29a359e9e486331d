/** Identical reads in flight share one request. @module */
import { isEndless, onAbort } from '../base/signal.ts'

interface Flight {
  promise: Promise<unknown>
  waiting: number
  abort?: AbortController
}

type Share = (
  key: string,
  options: { signal: AbortSignal; fresh?: boolean },
  work: (signal: AbortSignal) => Promise<unknown>,
) => Promise<unknown>

/**
 * A caller that aborts does not end the request of the others. The request ends when the last caller aborts. A `fresh`
 * caller joins no request that was sent before; later callers may join the one that it sends.
 */
export function createShare(): Share {
  const flights = new Map<string, Flight>()

  return async (key, { signal, fresh }, work) => {
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
    return join(flight, signal, forget)
  }
}

function start(work: (signal: AbortSignal) => Promise<unknown>, first: AbortSignal): Flight {
  // The first caller can't abort, so the flight never has to end early.
  if (isEndless(first)) return { waiting: 0, promise: work(first) }
  const abort = new AbortController()
  return { abort, waiting: 0, promise: work(abort.signal) }
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
