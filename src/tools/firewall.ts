/** The firewall settings of a server, and what a change of them means. @module */
import * as z from 'zod'
import { type Json, object, unknownShape } from '../core/send/inventory.ts'
import type { Risk, SuggestedCall } from '../core/types/plan.ts'
import type { Before, Edit } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { isOn } from './effects.ts'
import { row } from './outputs.ts'
import { numberOf } from './values.ts'

export const firewall = row({
  request_limit: z
    .number()
    .nullable()
    .describe('Requests before an address is blocked; the period is not told'),
  refuse_weak_passwords: z.boolean().nullable(),
})

interface Firewall {
  request_limit: number | null
  refuse_weak_passwords: boolean | null
}

export interface FirewallChange {
  server_id: string
  request_limit?: number
  refuse_weak_passwords?: boolean
}

/** @throws UpstreamError */
export function readFirewall(body: unknown): Firewall {
  const outer = object(body)
  const settings = object(outer?.data) ?? outer
  if (settings?.request_limit === undefined && settings?.weak_password === undefined) {
    throw unknownShape('the firewall settings')
  }
  return {
    request_limit: numberOf(settings.request_limit),
    refuse_weak_passwords: isOn(settings.weak_password),
  }
}

const path = (server_id: string) => `/server/security/${server_id}/firewall-settings`

export const editFirewall: Edit<FirewallChange> = {
  read: async ({ server_id }, { send }) => readFirewall(await send({ method: 'GET', path: path(server_id) })),
  next: ({ request_limit, refuse_weak_passwords }, now) => {
    if (request_limit === undefined && refuse_weak_passwords === undefined) {
      throw new InputError(
        'update_firewall_settings: no setting was given.',
        'Nothing was changed. Give request_limit, refuse_weak_passwords or both.',
      )
    }
    const before = now as Firewall
    return {
      request_limit: request_limit ?? before.request_limit,
      refuse_weak_passwords: refuse_weak_passwords ?? before.refuse_weak_passwords,
    }
  },
  // What is not known is left out: nobody can tell what becomes of it either way.
  write: ({ server_id }, next) => {
    const { request_limit, refuse_weak_passwords } = next as Firewall
    return {
      method: 'PUT',
      path: path(server_id),
      body: {
        server_id,
        request_limit: request_limit ?? undefined,
        weak_password: refuse_weak_passwords === null ? undefined : Number(refuse_weak_passwords),
      },
    }
  },
}

const nowOf = ({ now }: Before) => object(now) as (Json & Partial<Firewall>) | undefined

/** A lower limit, or one nobody can compare, shuts visitors out; refused passwords shut out who has one. */
function shuts({ request_limit, refuse_weak_passwords }: FirewallChange, before: Before) {
  const now = nowOf(before)
  const known = typeof now?.request_limit === 'number' ? now.request_limit : undefined
  return {
    limit: request_limit !== undefined && !(known !== undefined && request_limit >= known),
    passwords: refuse_weak_passwords === true && now?.refuse_weak_passwords !== true,
    known,
  }
}

export function riskOfFirewall(change: FirewallChange, before: Before): Risk {
  const { limit, passwords } = shuts(change, before)
  return limit || passwords ? 'disruptive' : 'write'
}

export function impactOfFirewall(change: FirewallChange, before: Before): string {
  const { request_limit, refuse_weak_passwords } = change
  const { limit, passwords, known } = shuts(change, before)
  const sentences = [
    limit &&
      `An address is blocked after ${request_limit} requests${known === undefined ? '' : ` instead of ${known}`}, on every app of the server: offices, payment callbacks and monitors that ask more often are shut out.`,
    request_limit !== undefined &&
      !limit &&
      `Addresses may make ${request_limit} requests before they are blocked.`,
    passwords && 'Whoever has a weak password can no longer log in.',
    refuse_weak_passwords === false && 'Weak passwords are accepted: they are easier to guess.',
  ]
  return sentences.filter(Boolean).join(' ') || 'The firewall settings of the server stay as they are.'
}

export function firewallBack(
  { server_id, request_limit, refuse_weak_passwords }: FirewallChange,
  before: Before,
): SuggestedCall | undefined {
  const now = nowOf(before)
  const back = {
    ...(request_limit !== undefined && { request_limit: now?.request_limit }),
    ...(refuse_weak_passwords !== undefined && { refuse_weak_passwords: now?.refuse_weak_passwords }),
  }
  const isKnown =
    (request_limit === undefined || Number.isInteger(back.request_limit)) &&
    (refuse_weak_passwords === undefined || typeof back.refuse_weak_passwords === 'boolean')
  const isSame = back.request_limit === request_limit && back.refuse_weak_passwords === refuse_weak_passwords
  return isKnown && !isSame && Object.keys(back).length > 0
    ? { tool: 'update_firewall_settings', input: { server_id, ...back } }
    : undefined
}
