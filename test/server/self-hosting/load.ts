/** A steady load of calls, and every answer to them. */
import { setTimeout as pause } from 'node:timers/promises'

export interface Answer {
  /** 0 when the connection broke, or no answer came in time. */
  status: number
  text: string
  retryAfter: string | null
  /** The port of the replica that answered. */
  replica: string | null
}

interface Load {
  answers: readonly Answer[]
  /** Resolves when `count` matching answers have come from now on. Rejects after a minute. */
  more(count: number, fits?: (answer: Answer) => boolean): Promise<Answer[]>
  /** Send no new calls, and wait for the calls under way. */
  stop(): Promise<readonly Answer[]>
}

interface LoadOptions {
  /** How many calls run at once. */
  workers: number
  /** Milliseconds until the next call of a worker after an answer. Nothing is learnt of a replica that is only busy. */
  between: (answer: Answer) => number
}

export function startLoad(call: () => Promise<Response>, { workers, between }: LoadOptions): Load {
  const answers: Answer[] = []
  const watchers = new Set<(answer: Answer) => void>()
  let going = true

  async function work(): Promise<void> {
    while (going) {
      const answer = await answerOf(call)
      answers.push(answer)
      for (const watcher of watchers) watcher(answer)
      await pause(between(answer))
    }
  }
  const done = Promise.all(Array.from({ length: workers }, work))

  return {
    answers,
    more(count, fits = () => true) {
      return new Promise((resolve, reject) => {
        const seen: Answer[] = []
        const end = () => {
          clearTimeout(timer)
          watchers.delete(watcher)
        }
        const timer = setTimeout(() => {
          end()
          const last = answers.slice(-5).map(({ status, text }) => `${status} ${text.slice(0, 200)}`)
          reject(new Error(`${seen.length} of ${count} answers came; the last ones:\n${last.join('\n')}`))
        }, 60_000)
        const watcher = (answer: Answer) => {
          if (fits(answer)) seen.push(answer)
          if (seen.length < count) return
          end()
          resolve(seen)
        }
        watchers.add(watcher)
      })
    },
    async stop() {
      going = false
      await done
      return answers
    },
  }
}

export async function answerOf(call: () => Promise<Response>): Promise<Answer> {
  const none = { status: 0, retryAfter: null, replica: null }
  return call()
    .then(async (response) => ({
      status: response.status,
      text: await response.text(),
      retryAfter: response.headers.get('retry-after'),
      replica: response.headers.get('x-replica'),
    }))
    .catch((error: Error) => ({ ...none, text: `${error.message} ${String(error.cause ?? '')}` }))
}

/** How many answers have each status. */
export function countByStatus(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
