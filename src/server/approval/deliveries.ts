/**
 * What the webhook has to tell. A job of the queue has an id alone; everything else is found by that id, so that a queue
 * which others can read holds no link and no word of a plan.
 *
 * @module
 */
import { isText, readRecord, writeRecord } from '../../base/record.ts'
import { createSeal, digest } from '../oauth/secrets.ts'
import { createPlans, type PlanKeeper } from './plans.ts'
import type { WaitingApproval } from './waiting.ts'

/** A plan that is told of. */
export interface Delivery {
  waiting: WaitingApproval
  /** When its page was opened, in milliseconds since 1970. */
  at: number
}

export interface Deliveries {
  /** @returns the id. `undefined`: there are too many. */
  keep(waiting: WaitingApproval): Promise<string | undefined>
  /** `undefined`: the plan was answered, or its time is over. */
  find(id: string): Promise<Delivery | undefined>
  remove(id: string): Promise<void>
}

/** Not the id of the page, which is half of the link. */
export const deliveryId = (page: string): string => digest(page).slice(0, 32)

/** In this process. One more plan is not told: it stands in the inbox all the same. */
const mostDeliveries = 100

export function memoryDeliveries(): Deliveries {
  const all = new Map<string, Delivery>()
  return {
    async keep(waiting) {
      if (all.size >= mostDeliveries) return undefined
      const id = deliveryId(waiting.id)
      all.set(id, { waiting, at: Date.now() })
      return id
    },
    async find(id) {
      const found = all.get(id)
      if (!found || (await found.waiting.waits())) return found
      all.delete(id)
      return undefined
    },
    remove: async (id) => void all.delete(id),
  }
}

/** The page of a plan, as it is kept for whoever delivers. */
interface Kept extends Pick<WaitingApproval, 'id' | 'url' | 'expiresAt'> {
  at: number
}

/** In the storage, sealed with the key of the server: any replica delivers. The plan is read from its own record. */
export function storedDeliveries(keeper: PlanKeeper): Deliveries {
  const { storage, cipher, now } = keeper
  const seal = createSeal<Kept>(cipher, 'webhook')
  const { waiting } = createPlans(keeper)
  const keyOf = (id: string) => `webhook:${id}`
  return {
    async keep({ id: page, url, expiresAt }) {
      const id = deliveryId(page)
      const ttl = Math.max(1, Math.ceil((expiresAt - now()) / 1000))
      await writeRecord(storage, keyOf(id), await seal.close({ id: page, url, expiresAt, at: now() }), {
        ttl,
      })
      return id
    },
    async find(id) {
      const sealed = await readRecord<string>(storage, keyOf(id), { isValid: isText })
      const kept = sealed === null ? undefined : await seal.open(sealed)
      const held = kept && (await waiting(kept.id))
      if (!kept || !held) return undefined
      const { at, ...page } = kept
      return { waiting: { ...page, plan: held.value.plan, waits: async () => true }, at }
    },
    remove: (id) => storage.delete(keyOf(id)),
  }
}
