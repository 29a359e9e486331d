/**
 * Identical reads in flight share one request.
 *
 * @module
 */

import { isEndless, onAbort } from '../base/signal.ts'

interface Flight {
  promise: Promise<unknown>
  waiting: number
  abort?: AbortController
}

export type Share = (
  key: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<unknown>,
) => Promise<unknown>

/**
 * A caller that leaves does not end the request of the others; the last one that leaves does.
 */
export function createShare(): Share {
  const flights = new Map<string, Flight>()

  return async (key, signal, work) => {
    // Signing in may have taken long, and what is aborted already does not abort again.
    signal.throwIfAborted()
    const flight = flights.get(key) ?? start(work, signal)
    const forget = () => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    if (!flights.has(key)) {
      flights.set(key, flight)
      // Handled here too: a flight that everybody has left would otherwise crash the process when it fails.
      flight.promise.then(forget, forget)
    }
    return join(flight, signal, forget)
  }
}

function start(work: (signal: AbortSignal) => Promise<unknown>, first: AbortSignal): Flight {
  // A caller that can't leave keeps the flight up, whoever joins it later.
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
