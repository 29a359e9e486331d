/**
 * Closing access whose time has come. Each attempt is sent at most once: a counter decides who sends it, and is never
 * given back. An attempt of which nobody noted the end is settled by a read, and another one is made only where that read
 * shows the access still open.
 *
 * @module
 */
import {
  type CloudwaysError,
  InputError,
  isCloudwaysError,
  PolicyError,
  UpstreamError,
} from '../../errors.ts'
import { accountKeyOf } from '../control/account-key.ts'
import { claimOf, oneAtATime, sendsNothing } from '../once.ts'
import type { Kit } from '../types/call.ts'
import type { OfCampaign } from '../types/campaign.ts'
import type { Closing, ClosingState, ClosingStep } from '../types/closing.ts'
import type { InnerFrame } from '../types/inner.ts'
import type { SuggestedCall } from '../types/plan.ts'
import { attemptKey, hasEnded, lifeOf, readClosing, reportOf, turnKey, writeClosing } from './records.ts'

/** Seconds that the turn of a process holds that died: longer than any call. */
const turn = { ttl: 90, wait: 2 }
const callSeconds = 50

/** Seconds until the next look at an attempt of which nobody knows. */
const lookSeconds = 30
/** Seconds until the next try, at first and at most. */
const [firstRetry, lastRetry] = [60, 3600]

/** What a step needs. */
interface Frame {
  kit: Kit
  signal: AbortSignal
}

/**
 * Close access, if its time has come.
 *
 * @throws InputError when there is none by that id, UpstreamError while another process is at it.
 */
export const closeAccess = (frame: Frame, id: string): Promise<ClosingStep> =>
  oneAtATime(frame.kit.rules.storage, { key: turnKey(id), ...turn, taken: () => taken(id) }, () =>
    step(frame, id),
  )

const taken = (id: string) =>
  new UpstreamError(
    `Another process is closing access ${id} at this moment.`,
    'Call again in some seconds.',
    {
      ...{ service: 'storage', reason: 'busy', retryAfter: 5 },
    },
  )

async function step(frame: Frame, id: string): Promise<ClosingStep> {
  const { kit, signal } = frame
  const closing = await readClosing(kit.rules, id)
  if (!closing) throw missing(id)
  if (hasEnded(closing)) return reportOf(closing)
  const left = (closing.at - Date.now()) / 1000
  if (left > 0) return { ...reportOf(closing), seconds: left }
  try {
    await checkAccount(kit, closing)
    return await close(frame, closing)
  } catch (error) {
    signal.throwIfAborted()
    if (!isCloudwaysError(error)) throw error
    return later(kit, (await readClosing(kit.rules, id)) ?? closing, error)
  }
}

const missing = (id: string) =>
  new InputError(
    `There is no access ${id.slice(0, 60)} to close, or its record can't be opened.`,
    'A person has to look whether it is still open.',
  )

/** On another account, what is not there would look like closed. */
async function checkAccount(kit: Kit, { account }: Closing): Promise<void> {
  if ((await accountKeyOf(kit)) === account) return
  throw new PolicyError(
    'until',
    'The credentials here are other ones than those by which the access was opened.',
    'The operator brings the former ones, or names the account (ACCOUNT_NAME); or a person closes the access.',
  )
}

async function close(frame: Frame, before: Closing): Promise<ClosingStep> {
  const { kit } = frame
  const call = before.call ?? (await findCall(frame, before))
  if (!call) return ended(kit, before, call === null ? 'gone' : 'unknown')
  let closing: Closing = { ...before, call }
  const isOpen = await stillOpen(frame, closing)
  if (closing.state === 'closing') {
    if (isOpen !== true) return ended(kit, closing, isOpen === false ? 'closed' : 'unknown')
    closing = { ...closing, state: 'waiting', attempt: closing.attempt + 1 }
    await writeClosing(kit.rules, closing)
  } else if (isOpen === false) return ended(kit, closing, 'gone')
  return send(frame, closing, call)
}

/** The call that closes what was opened by a call whose answer was lost. `null`: nothing is there. */
async function findCall(
  frame: Frame,
  { opened, before }: Closing,
): Promise<SuggestedCall | null | undefined> {
  const tool = frame.kit.find(opened.tool)
  const { closes } = tool
  const known = closes?.call(opened.input, { ...(before && { before: { now: before } }) })
  if (known || !closes?.find) return known
  const found = await closes.find(opened.input, frame.kit.inner.reads(tool, opened.input, frameOf(frame)))
  return found ?? null
}

/** `undefined`: no read tells. */
async function stillOpen(frame: Frame, { opened, call, state }: Closing): Promise<boolean | undefined> {
  const { kit } = frame
  const { closes } = kit.find(opened.tool)
  const { tool: name, input } = call as SuggestedCall
  const tool = kit.find(name)
  if (closes?.isOpen) return closes.isOpen({ ...input }, kit.inner.reads(tool, input, frameOf(frame)))
  // The edit itself finds out that it has nothing to do.
  if (!tool.edit || state !== 'closing') return undefined
  const { bound } = await kit.inner.plan(tool, input, frameOf(frame))
  return bound.request !== null
}

async function send(frame: Frame, closing: Closing, { tool, input }: SuggestedCall): Promise<ClosingStep> {
  const { kit, signal } = frame
  const held = claimOf(kit.rules.storage, {
    key: attemptKey(closing),
    ttl: lifeOf(closing),
    refusal: `${tool}: this attempt was sent before. It was not sent again.`,
    note: () => writeClosing(kit.rules, { ...closing, state: 'closing' }),
  })
  try {
    const answer = await kit.inner.run(kit.find(tool), input, frameOf(frame, held.claim))
    return await ended(kit, closing, answer.changed === false ? 'gone' : 'closed')
  } catch (error) {
    signal.throwIfAborted()
    if (held.isLost()) return close(frame, { ...closing, state: 'closing' })
    if (!isCloudwaysError(error)) throw error
    const { outcome, reason } = error.details
    if (reason === 'not_found') return ended(kit, closing, 'gone')
    if (outcome === 'unknown') {
      const now: Closing = { ...closing, state: 'closing', why: error.message }
      await writeClosing(kit.rules, now)
      return { ...reportOf(now), seconds: lookSeconds }
    }
    // The refusal is sure, so that another attempt closes nothing twice.
    if (held.isOurs()) {
      await writeClosing(kit.rules, { ...closing, state: 'waiting', attempt: closing.attempt + 1 })
    }
    throw error
  }
}

/** It is tried again, less and less often: access that can't be closed must not be forgotten. */
async function later(kit: Kit, closing: Closing, { message, details }: CloudwaysError): Promise<ClosingStep> {
  const tries = closing.tries + 1
  const now: Closing = { ...closing, tries, why: message }
  await writeClosing(kit.rules, now)
  const { retryAfter } = details
  const usual = Math.min(lastRetry, firstRetry * 2 ** Math.min(tries - 1, 10))
  return { ...reportOf(now), seconds: typeof retryAfter === 'number' ? retryAfter : usual }
}

const notes: Partial<Record<ClosingState, string>> = {
  gone: 'It was not open any more: somebody had closed it.',
  unknown: 'No read here tells whether it is closed: a person has to look.',
}

async function ended(kit: Kit, { why: _, ...closing }: Closing, state: ClosingState): Promise<ClosingStep> {
  const why = notes[state]
  const now: Closing = { ...closing, state, closedAt: Date.now(), ...(why && { why }) }
  await writeClosing(kit.rules, now)
  return reportOf(now)
}

/** The yes to the opening includes the closing. @param claim left out: a look, which sends nothing. */
const frameOf = ({ signal }: Frame, claim?: OfCampaign['claim']): InnerFrame => ({
  ofCampaign: {
    ...sendsNothing(Date.now() + callSeconds * 1000),
    closes: true,
    ...(claim && { claim }),
  },
  signal,
})
