/** The time of one call: all that it waits for is paid from one deadline. @module */

/** Some clients end a call after 60 seconds. */
const callSeconds = 50

/** Seconds that a look at the target counts as present. If a change is sent later, everything is read again. */
export const freshSeconds = 1

/** What a call has left of its time. */
export interface Clock {
  /** Milliseconds since 1970. What is not done by then answers its handle, or that it was too late. */
  deadline: number
  /** Seconds that the call has waited for its turn at the limit. */
  readonly waited: { seconds: number }
}

/** @param end the deadline of the call around this one, in milliseconds since 1970. */
export const openClock = (started: number, end = Number.POSITIVE_INFINITY): Clock => ({
  deadline: Math.min(started + callSeconds * 1000, end),
  waited: { seconds: 0 },
})

/** Seconds left. */
export const secondsLeft = ({ deadline }: Clock): number => Math.max(0, (deadline - Date.now()) / 1000)

/** Do work that does not count: a person or the operator is asked, and takes as long as it takes. */
export async function uncounted<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const begun = Date.now()
  try {
    return await work()
  } finally {
    clock.deadline += Date.now() - begun
  }
}
