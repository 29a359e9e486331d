/**
 * Opening access that is closed again: what closes it is noted before the change is sent. So a process that dies after
 * that leaves word of it, and where nothing can be noted, nothing is opened.
 *
 * @module
 */
import { type Json, object } from '../../base/json.ts'
import { never } from '../../base/signal.ts'
import { InputError, PolicyError, UpstreamError } from '../../errors.ts'
import { callable } from '../answer/hints.ts'
import { accountKey } from '../control/account-key.ts'
import { isSecret } from '../declare/marks.ts'
import { isoTime } from '../declare/time.ts'
import { readsOnly } from '../send/api.ts'
import { refuseChange } from '../send/edit.ts'
import type { AcceptedCall, Call } from '../types/call.ts'
import type { Closes } from '../types/closes.ts'
import type { Closing, OpenClosing } from '../types/closing.ts'
import { closeAccess } from './close.ts'
import { listClosing, writeClosing } from './records.ts'
import { checkTime, readUntil, timeOf, untilWords } from './until.ts'

/**
 * Whether the access can be closed again, asked before a person is.
 *
 * @throws InputError, PolicyError. Nothing is opened then.
 */
export async function checkClosing(call: AcceptedCall): Promise<void> {
  const { tool, input, ids } = call
  const { closes } = tool
  const until = closes && readUntil(tool, input.until)
  if (!closes || !until) return
  call.until = until
  checkKeeper(call, timeOf(until))
  const { server_id, app_id } = ids
  const reverse = { tool: closes.tool, input: { server_id, app_id } }
  if (!(await callable(call, reverse))) {
    throw new PolicyError(
      'until',
      `${tool.name}: ${closes.tool} would close the access again, and it can't be called here. Nothing was changed.`,
      'Call again without until, and ask the person who takes it out later.',
    )
  }
}

/**
 * Whether it could be told afterwards what the call let in. A repeat of the call is not asked: what it let in is there.
 *
 * @throws InputError
 */
export async function checkBefore({ tool, input, api, until }: AcceptedCall): Promise<void> {
  if (until) await tool.closes?.check?.(input, readsOnly(api, refuseChange(tool)))
}

/** Somebody has to be there at that time: the server itself, or the process in which a person is signed in. */
function checkKeeper(call: Call, at: number): void {
  const { kit, tool, options } = call
  if (kit.rules.onWork) return
  if (!options.later) throw nobodyThere(call)
  if (at <= options.later.until) return
  throw new PolicyError(
    'until',
    `${tool.name}: the sign-in ends at ${isoTime(options.later.until)}, and nobody would be here after that to close the access, so it was not opened.`,
    'Give a time before that. Or call again without until, and ask the person who takes it out.',
  )
}

export const cannotClose = ({ tool }: Pick<Call, 'tool'>) =>
  new InputError(
    `${tool.name}: until is not possible: what this does is not taken back by a call of the Cloudways API, or not by one alone.`,
    'Nothing was changed. Leave until out; the person has to take it back at that time.',
  )

const nobodyThere = ({ tool }: Pick<Call, 'tool'>) =>
  new PolicyError(
    'until',
    `${tool.name}: nobody would be here at that time to close the access, so it was not opened.`,
    'Access closes by itself where cloudways-tools http has credentials of its own, and in a program with the option onWork; with a sign-in in the browser within its life; with credentials in headers and on stdio nothing is kept that could act later. Call again without until, and ask the person who takes it out.',
  )

const notNoted = ({ tool }: Pick<Call, 'tool'>) =>
  new UpstreamError(
    `${tool.name}: it could not be noted that the access closes at that time, so it was not opened.`,
    'Call again in a minute. If it stays like that, the operator has to look at the storage and the queue.',
    { service: 'storage' },
  )

/** Whether only this process knows of it. */
const isForgotten = ({ kit, options }: Call) =>
  kit.rules.forgets || (!kit.rules.onWork && options.later !== undefined)

/** What the plan says first. */
export function closingWords(call: AcceptedCall, before: Parameters<Closes['words']>[1]): string {
  const { tool, input, until } = call
  if (!until || !tool.closes) return ''
  const restart = isForgotten(call)
    ? ' Only this process knows of that: if it is started anew before, nobody closes it.'
    : ''
  return `It closes by itself ${untilWords(until)}: ${tool.closes.words(input, before)}, without another question.${restart} `
}

export function openClosing(call: AcceptedCall): OpenClosing | undefined {
  const { tool, kit, until } = call
  const { closes } = tool
  const { rules } = kit
  if (!until || !closes) return undefined
  let closing: Closing | undefined

  return {
    async begin() {
      if (closing) return
      checkTime(tool, until)
      checkKeeper(call, timeOf(until))
      const { input, ids, findings } = call
      const before = findings?.before ?? { now: null }
      const { server_id, app_id } = {
        ...ids,
        ...(ids.app_id && { server_id: findings?.target.server?.id ?? ids.server_id }),
      }
      const made: Closing = {
        id: crypto.randomUUID(),
        account: await accountKey(call),
        state: 'opening',
        opened: { tool: tool.name, input: withoutSecrets(call) },
        ...(object(before.now) && { before: object(before.now) }),
        ...(server_id && { server_id }),
        ...(app_id && { app_id }),
        words: closes.words(input, before),
        at: timeOf(until),
        openedAt: Date.now(),
        ...{ attempt: 1, tries: 0 },
      }
      closing = made
      try {
        await writeClosing(rules, made)
        await listClosing(rules, made)
        // It is waited for: what can't be put into the queue is not opened.
        const seconds = Math.max(0, (made.at - Date.now()) / 1000)
        const work = { kind: 'closing', id: made.id, account: kit.name, seconds } as const
        if (rules.onWork) await rules.onWork(work)
        else call.options.later?.onWork(work, () => closeAccess({ kit, signal: never() }, made.id))
      } catch {
        throw notNoted(call)
      }
      call.decision.closes = isoTime(made.at)
    },
    async opened(answer) {
      if (!closing) return undefined
      const found = closes.call(call.input, { answer: object(answer) ?? {}, before: call.findings?.before })
      const state = found === null ? 'none' : found ? 'waiting' : 'opening'
      const known: Closing = { ...closing, state, ...(found && { call: found }) }
      // The change is made. What can't be noted now is found by a read when its time comes.
      await writeClosing(rules, known).catch(() => {})
      if (found === null) return undefined
      return {
        closing_id: known.id,
        closes_at: isoTime(known.at),
        what: known.words,
        ...(found ? {} : { note: lost }),
        ...(isForgotten(call) && {
          restart: 'If this process is started anew before, nobody closes it.',
        }),
      }
    },
    async failed(changed) {
      if (closing && !changed) await writeClosing(rules, { ...closing, state: 'none' }).catch(() => {})
    },
  }
}

const lost =
  'Cloudways did not tell what was made, so that it may not be found when its time comes: ask the person to look then.'

function withoutSecrets({ tool, input }: AcceptedCall): Json {
  return Object.fromEntries(
    Object.entries(input).filter(([name]) => name !== 'until' && !isSecret(tool.input[name])),
  )
}
