/**
 * /confirm: a person approves a change, or does not.
 *
 * @module
 */
import type { Context, Hono } from 'hono'
import { grantKey } from '../../core/decide/confirm.ts'
import type { Confirmation, OpenPage, Plan } from '../../core/types/plan.ts'
import { clientAddress } from '../attempts/address.ts'
import type { Decided } from '../oauth/events.ts'
import { type Fields, pageHeaders } from '../oauth/guard.ts'
import type { Settings } from '../oauth/options.ts'
import { createSeal, hashOf } from '../oauth/secrets.ts'
import { endPage } from '../pages/layout.ts'
import type { ErrorPage } from '../pages/pages.ts'
import { typeable } from '../pages/spelled-out.ts'
import { style } from '../pages/styles.ts'
import { type Door, doorRoutes, type Visit } from './gated-page.ts'
import type { Persons } from './known-browsers.ts'
import { planPage } from './plan-page.ts'
import { createHolder } from './sealed-store.ts'

interface Waiting {
  binding: string
  plan: Plan
}

interface Answered {
  approved: boolean
}

export interface Confirmations {
  openPage: OpenPage
  routes: Hono
}

export function createConfirmations(settings: Settings, persons: Persons): Confirmations {
  const { storage, issuer, now } = settings
  const plans = createHolder<Waiting>(settings, 'confirm:plan')
  const answers = createHolder<Answered>(settings, 'confirm:answer')
  const ids = createSeal<string>(settings.cipher, 'confirm id')

  const openPage: OpenPage = async ({ binding, plan, account, lifetime }) => {
    const known = `confirm:page:${hashOf(JSON.stringify([account, binding]))}`
    // Under a lock, so that simultaneous calls for one change lead to one page.
    return storage.lock(known, { ttl: 15, wait: 10 }, async () => {
      const sealed = await storage.get<string>(known)
      const open = sealed === null ? undefined : await ids.open(sealed)
      const waits = open && (await plans.find(open)) && !(await answers.find(open))
      if (waits) return `${issuer}/confirm/${open}`
      const expiresAt = now() + lifetime * 1000
      const id = await plans.keep({ account, expiresAt, value: { binding, plan } })
      await storage.set(known, await ids.close(id), { ttl: lifetime })
      return `${issuer}/confirm/${id}`
    })
  }

  const door: Door<Waiting | Answered> = {
    name: 'confirm',
    gate,
    gone,
    async find(id) {
      // In this order: an answer is written before its plan goes.
      const waiting = await plans.find(id)
      return (await answers.find(id)) ?? waiting
    },
    async show(c, visit) {
      const { value } = visit.held
      if ('approved' in value) return over(c, 200, value)
      return plan(c, 200, visit, value)
    },
    async act(c, visit, form) {
      const { value } = visit.held
      if ('approved' in value) return over(c, 409, value)
      const approved = form.action === 'approve'
      const name = value.plan.needs.type_name
      if (approved && name !== null && !isName(form, name)) {
        const problem = form.typed ? 'This is not the name. Nothing was done.' : 'Type the name first.'
        return plan(c, 422, visit, value, problem)
      }
      if (!approved && form.action !== 'decline') return plan(c, 400, visit, value)
      // The lock lets the second of two clicks see what the first one said; it is `take` that lets one through.
      return storage.lock(`confirm:answer:${hashOf(visit.id)}`, { ttl: 15, wait: 10 }, () =>
        decide(c, visit, approved && name !== null ? { approved, typed: name } : { approved }),
      )
    },
  }

  async function decide(c: Context, { id }: Visit<unknown>, grant: Confirmation): Promise<Response> {
    const before = await answers.find(id)
    const held = await plans.find(id)
    if (before || !held) return over(c, 409, before?.value)
    const { approved } = grant
    // Before the plan goes, so that a second click never finds neither.
    await answers.keep({ ...held, value: { approved } }, id)
    if (!(await plans.take(id))) return over(c, 409)
    const ttl = Math.max(1, Math.ceil((held.expiresAt - now()) / 1000))
    await storage.set(grantKey(held.value.binding), grant, { ttl })
    const address = clientAddress(c.req.raw.headers, c.env, settings.trustProxy)
    const type = approved ? 'approved' : 'declined'
    settings.emit({ type, account: held.account, address, decision: decided(held.value.plan, approved) })
    return c.html(await donePage(approved), 200, headers)
  }

  async function plan(
    c: Context,
    status: 200 | 400 | 422,
    { held, action, token }: Visit<unknown>,
    value: Waiting,
    problem?: string,
  ) {
    const left = (held.expiresAt - now()) / 1000
    return c.html(await planPage({ plan: value.plan, action, token, left, problem }), status, headers)
  }

  return { openPage, routes: doorRoutes(settings, persons, door) }
}

const headers = pageHeaders(style)

function decided({ tool, target: { server, app }, risk, input }: Plan, approved: boolean): Decided {
  const target = { ...(server && { server_id: server.id }), ...(app && { app_id: app.id }) }
  return approved
    ? { tool, target, risk, rule: 'confirmed', outcome: 'approved', input }
    : { tool, target, risk, rule: 'confirmation', outcome: 'refused', input }
}

/** What is typed goes to the toolkit as the name itself: nobody can type what is invisible in it. */
function isName(form: Fields, name: string): boolean {
  const typed = typeable(form.typed ?? '')
  return typed !== '' && typed === typeable(name)
}

const back = 'Go back to your assistant'

async function over(c: Context, status: 200 | 409, answer?: Answered): Promise<Response> {
  const text = answer?.approved
    ? `You approved this. ${back} and let it repeat the call.`
    : answer
      ? `You said no to this, and it was not done. ${back}.`
      : `The time was over before your answer arrived, and nothing was done. ${back} and let it ask again.`
  return c.html(await endPage('Answered already', text, answer?.approved ?? false), status, headers)
}

const donePage = (approved: boolean) =>
  approved
    ? endPage('Approved', `${back} and let it repeat the call: tell it that you approved.`, true)
    : endPage('Not done', `Nothing was changed. ${back} and tell it what you want instead.`, false)

const gate = {
  title: 'A change waits for your approval',
  lead: 'Your assistant gave you this link. Sign in to see what it asks for; nothing happens by that.',
  button: 'Sign in and look',
  reason: 'to approve a change',
}

const gone: ErrorPage = {
  title: 'Nothing waits here',
  message: 'The change was answered, or its time is over, or the link is not complete. Nothing was done.',
  next: `${back} and let it ask again.`,
}
