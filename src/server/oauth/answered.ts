/** One sign-in page gives one code, over all replicas, however often its form is sent. @module */
import { countUp } from '../../base/record.ts'
import type { Settings } from './options.ts'
import { createSealedStore, digest } from './secrets.ts'
import type { CodeSource } from './session.ts'
import type { Ticket } from './ticket.ts'

interface Answered {
  code: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

export function createAnswers(settings: Settings, { isWaiting }: Pick<CodeSource, 'isWaiting'>) {
  const { storage, now } = settings
  const answered = createSealedStore<Answered>(settings, 'auth:answered', ['code'])

  return {
    /**
     * Make the code of a login, unless this was done before.
     *
     * After a double click the browser shows the answer to the second form alone. So the second form is told the code
     * of the first one; a new code would let one page connect two clients.
     *
     * @param text of the ticket. Only the browser that holds it can open the answer.
     * @returns whether the code is new, and the code unless it was used meanwhile.
     */
    once({ id, expiresAt }: Ticket<unknown>, text: string, make: () => Promise<string>) {
      const name = `auth:answered:${digest(id)}`
      return storage.lock(`${name}:lock`, { ttl: 30, wait: 20 }, async () => {
        // The mark is written before the code. A process that dies between the two leaves no code, and never two.
        const ttl = Math.max(1, Math.ceil((expiresAt - now()) / 1000))
        if ((await countUp(storage, `${name}:count`, { ttl })) > 1) {
          const code = (await answered.find(text))?.code
          // A code that was used would end the session that it has led to.
          return { code: code && (await isWaiting(code)) ? code : undefined, first: false }
        }
        const code = await make()
        await answered.keep({ code, expiresAt }, text)
        return { code, first: true }
      })
    },
  }
}
