/** /confirm: a person approves a change, or declines it. @module */
import type { Context } from 'hono'
import { isText, readRecord, writeRecord } from '../../base/record.ts'
import { notify } from '../../base/signal.ts'
import { areTwo } from '../../core/decide/second-yes.ts'
import { leave } from '../../core/decide/yes.ts'
import type { Confirmation, OpenedPage, PendingPlan } from '../../core/types/plan.ts'
import type { Asker } from '../oauth/client.ts'
import type { Decided } from '../oauth/events.ts'
import type { Settings } from '../oauth/options.ts'
import { createSeal, digest } from '../oauth/secrets.ts'
import type { KnownBrowsers } from '../oauth/ticket.ts'
import { sandboxToken } from '../pages/credential-fields.ts'
import { type Fields, pageHeaders, showError } from '../pages/http.ts'
import { endPage, typeable } from '../pages/layout.ts'
import type { ErrorPage } from '../pages/pages.ts'
import type { GatedPage, Held, Visit } from './gated.ts'
import { createGatedPages } from './gated-page.ts'
import { createInboxList, type WaitingChange } from './inbox.ts'
import { planPage } from './plan-page.ts'
import { type Answered, createPlans, type Waiting } from './plans.ts'
import { createSecondPeople, firstMissing, firstPage, hint, refusal, sameToken } from './second-yes.ts'

/** The page of a plan that waits. */
interface Opened {
  id: string
  shown: boolean
}

export function createConfirmations(settings: Settings, browsers: KnownBrowsers) {
  const { storage, issuer, now } = settings
  const { plans, answers, waiting: stillWaiting } = createPlans(settings)
  const inbox = createInboxList(settings)
  const pages = createSeal<Opened>(settings.cipher, 'confirm id')
  const second = createSecondPeople(settings)

  const openPage = async (pending: PendingPlan, asker?: Asker): Promise<OpenedPage> => {
    const { account, lifetime, ...waiting } = pending
    // Each client has a page of its own: a page that names one must not stand for another.
    const client = asker ? [asker.name, asker.host] : []
    const own = [account, waiting.binding, ...client, ...(waiting.second ? ['second'] : [])]
    const known = `confirm:page:${digest(JSON.stringify(own))}`
    // The lock makes simultaneous calls for one change lead to one page.
    return storage.lock(known, { ttl: 15, wait: 10 }, async () => {
      const sealed = await readRecord<string>(storage, known, { isValid: isText })
      const open = sealed === null ? undefined : await pages.open(sealed)
      const waits = open && (await stillWaiting(open.id))
      if (waits) return opened(open, waits.value)
      const expiresAt = now() + lifetime * 1000
      const held = { account, expiresAt, value: { ...waiting, ...(asker && { asker }) } }
      const id = await plans.keep(held)
      await inbox.add(held, id)
      notify(settings.onWaiting, {
        ...{ id, plan: waiting.plan, url: `${issuer}/confirm/${id}`, expiresAt },
        waits: async () => (await stillWaiting(id)) !== undefined,
      })
      const shown = await gated.open(id, expiresAt)
      await writeRecord(storage, known, await pages.close({ id, shown }), { ttl: lifetime })
      return opened({ id, shown }, waiting)
    })
  }

  const opened = ({ id, shown }: Opened, { second, yeses }: Waiting): OpenedPage => {
    const note = [shown ? '' : farAway(settings), settings.sandbox ? sandboxToken.answer : '']
    const page = { url: `${issuer}/confirm/${id}`, shown, note: note.filter(Boolean).join(' ') }
    return second ? { ...page, yeses: yeses?.length ?? 0 } : page
  }

  const page: GatedPage<Waiting | Answered> = {
    name: 'confirm',
    signIn,
    gone,
    others: {
      isFor: ({ value }) => value.second !== undefined,
      admit: async (id, held, person) =>
        'plan' in held.value && held.value.second ? second.admit(id, held, person, held.value.second) : 'out',
      isIn: second.isIn,
      isDone: ({ value }, account) => 'yeses' in value && value.yeses?.includes(account) === true,
      hint,
      refusal,
    },
    async find(id) {
      // The plan is read first: an answer is stored before its plan is removed, so one of the two is always found.
      const waiting = await plans.find(id)
      return (await answers.find(id)) ?? waiting
    },
    async show(c, visit) {
      const { value } = visit.held
      if ('approved' in value) return answeredAlready(c, 200, value)
      return showPlan(c, 200, visit)
    },
    async act(c, visit, form) {
      const { value } = visit.held
      if ('approved' in value) return answeredAlready(c, 409, value)
      const approved = form.action === 'approve'
      const name = value.plan.needs.type_name
      if (approved && name !== null && !isName(form, name)) {
        const problem = form.typed ? 'This is not the name. Nothing was done.' : 'Type the name first.'
        return showPlan(c, 422, visit, problem)
      }
      if (!approved && form.action !== 'decline') return showPlan(c, 400, visit)
      // The lock lets the second of two clicks see the answer of the first. That only one counts is due to `take`.
      return storage.lock(`confirm:answer:${digest(visit.id)}`, { ttl: 15, wait: 10 }, () =>
        decide(c, visit, approved && name !== null ? { approved, typed: name } : { approved }),
      )
    },
  }

  async function decide(c: Context, { id, account }: Visit<unknown>, grant: Confirmation): Promise<Response> {
    const before = await answers.find(id)
    const held = await plans.find(id)
    if (before || !held) return answeredAlready(c, 409, before?.value)
    const by = grant.approved && held.value.second ? [...(held.value.yeses ?? []), account] : undefined
    if (by && !areTwo(by, held.account)) return oneOfTwo(c, id, held, by)
    return answer(c, id, held, { ...grant, ...(by && { by }) })
  }

  /** One yes is none: the plan goes on waiting, and nothing is left for the call. */
  async function oneOfTwo(c: Context, id: string, held: Held<Waiting>, by: string[]): Promise<Response> {
    if (new Set(by).size < by.length) return showError(c, 409, sameToken)
    if (by.length > 1) return showError(c, 409, firstMissing)
    await plans.keep({ ...held, value: { ...held.value, yeses: by } }, id)
    const decision = { ...decided(held.value, true), rule: 'second yes', outcome: 'waiting' } as const
    const facts = { account: held.account, address: settings.addressOf(c), reason: 'one of two' }
    settings.emit({ type: 'approved', ...facts, decision: { ...decision, approvers: by } })
    return c.html(await firstPage(`${issuer}/confirm/${id}`), 200, pageHeaders())
  }

  async function answer(c: Context, id: string, held: Held<Waiting>, grant: Confirmation): Promise<Response> {
    const { approved, by } = grant
    // The answer is stored before the plan is removed, so that a second click always finds one of the two.
    const forTwo = held.value.second && { second: true as const }
    await answers.keep({ ...held, value: { approved, ...forTwo } }, id)
    if (!(await plans.take(id))) return answeredAlready(c, 409)
    const ttl = Math.max(1, Math.ceil((held.expiresAt - now()) / 1000))
    await leave(storage, held.value, grant, ttl)
    const address = settings.addressOf(c)
    const type = approved ? 'approved' : 'declined'
    const decision = { ...decided(held.value, approved), ...(by && { approvers: by }) }
    settings.emit({ type, account: held.account, address, decision })
    return c.html(await donePage(approved, by !== undefined), 200, pageHeaders())
  }

  async function showPlan(
    c: Context,
    status: 200 | 400 | 422,
    { held, account, action, token }: Visit<Waiting | Answered>,
    problem?: string,
  ) {
    const secondsLeft = (held.expiresAt - now()) / 1000
    const { plan, asker, second: reach, yeses = [] } = held.value as Waiting
    const two = reach && { said: yeses.length, hasSaid: yeses.includes(account) }
    const view = { plan, asker, sandbox: settings.sandbox, action, token, secondsLeft, problem, two }
    return c.html(await planPage(view), status, pageHeaders())
  }

  /** What waits for the person of the account. */
  async function waitingFor(account: string): Promise<WaitingChange[]> {
    const found = await Promise.all(
      (await inbox.ids(account)).map(async (id) => {
        const held = await stillWaiting(id)
        if (held?.account !== account) return []
        const { plan, asker, second: reach, yeses = [] } = held.value
        return [{ id, plan, asker, expiresAt: held.expiresAt, ...(reach && { yeses: yeses.length }) }]
      }),
    )
    return found.flat()
  }

  const gated = createGatedPages(settings, browsers, page)
  return { openPage, waitingFor, routes: gated.routes }
}

/** A page on loopback can't be opened from another computer, where the person may be: over ssh, in a container. */
function farAway({ secure, issuer }: Settings): string {
  if (secure) return ''
  const port = new URL(issuer).port || '80'
  return `The page opens on the computer where this server runs. From another one, forward its port first: ssh -L ${port}:127.0.0.1:${port} HOST.`
}

function decided({ plan, argumentsHash }: Waiting, approved: boolean): Decided {
  const { tool, risk, input } = plan
  const { server, app } = plan.target
  const target = { ...(server && { server_id: server.id }), ...(app && { app_id: app.id }) }
  return approved
    ? { tool, target, risk, rule: 'confirmed', outcome: 'approved', input, argumentsHash }
    : { tool, target, risk, rule: 'confirmation', outcome: 'refused', input, argumentsHash }
}

/** A name may hold characters that nobody can type. They do not count, and the toolkit is given the name itself. */
function isName(form: Fields, name: string): boolean {
  const typed = typeable(form.typed ?? '')
  return typed !== '' && typed === typeable(name)
}

const back = 'Go back to your assistant'

async function answeredAlready(c: Context, status: 200 | 409, answer?: Answered): Promise<Response> {
  const text = answer?.approved
    ? `${answer.second ? 'Two people' : 'You'} approved this. ${back} and let it repeat the call.`
    : answer
      ? `${answer.second ? 'One of you' : 'You'} said no to this, and it was not done. ${back}.`
      : `The time was over before your answer arrived, and nothing was done. ${back} and let it ask again.`
  const approved = answer?.approved ?? false
  return c.html(await endPage('Answered already', text, approved), status, pageHeaders())
}

const donePage = (approved: boolean, byTwo: boolean) =>
  approved
    ? endPage(
        'Approved',
        `${byTwo ? '2 of 2 said yes. ' : ''}${back} and let it repeat the call: tell it that you approved.`,
        true,
      )
    : endPage('Not done', `Nothing was changed. ${back} and tell it what you want instead.`, false)

const signIn = {
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
