/** The customer id that some calls of Cloudflare want. No call tells it by itself: deployments from Git do. @module */
import * as z from 'zod'
import { object, readRows, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError, isCloudwaysError } from '../errors.ts'
import type { AppTarget } from './effects.ts'

const form = /^[1-9]\d{0,14}$/

export const customer = () =>
  z.coerce
    .string<string | number>()
    .max(15)
    .regex(form, { error: 'must be the customer id of the account, a number' })
    .optional()
    .describe('Default: as the Git deployments tell')

interface Given extends AppTarget {
  customer_id?: string
}

/** How many other apps are looked at. */
const mostOthers = 2

/**
 * The customer id for a call that leaves it out: as the deployments of the app tell, else those of other apps.
 *
 * @throws InputError when none tells it, or they tell several.
 */
export const withCustomer =
  (tool: string) =>
  async ({ server_id, app_id, customer_id }: Given, context: RunContext): Promise<Partial<Given>> => {
    if (customer_id !== undefined) return {}
    const others = (await context.rows()).flatMap((server) =>
      (readRows(server.apps) ?? []).map((app) => ({
        server_id: textOf(server.id),
        app_id: textOf(app.id),
      })),
    )
    const candidates = [{ server_id, app_id }, ...others.filter((app) => app.app_id !== app_id)]
    for (const app of candidates.slice(0, 1 + mostOthers)) {
      const found = await customersOf(app, context)
      if (found.length > 1) throw refused(tool, 'the Git deployments name several customers')
      if (found[0]) return { customer_id: found[0] }
    }
    throw refused(tool, 'Cloudways wants the customer id of the account, and no call here tells it')
  }

async function customersOf(app: AppTarget, { send, signal }: RunContext): Promise<string[]> {
  try {
    const body = await send({ method: 'GET', path: '/git/history', query: { ...app } })
    const ids = (readRows(object(body)?.logs) ?? []).map((log) => textOf(log.customer_id))
    return [...new Set(ids.filter((id) => form.test(id)))]
  } catch (error) {
    signal.throwIfAborted()
    if (!isCloudwaysError(error) || error.code === 'credentials_refused') throw error
    return []
  }
}

const refused = (tool: string, why: string) =>
  new InputError(
    `${tool}: ${why}.`,
    'Nothing was changed. Ask the person for the customer id and give it as customer_id, or a person does this in the Cloudways platform: the application, Cloudflare.',
  )
