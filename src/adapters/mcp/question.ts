/** The question about a plan: its message, its form, and how the answer is read. No SDK here. @module */
import { cut, readable } from '../../base/text.ts'
import { alsoSent, askedFor, type Fact } from '../../core/decide/facts.ts'
import type { Confirmation, NamedApp, Plan } from '../../core/types/plan.ts'
import { targetLines } from '../target-lines.ts'

/** The one field of the form: `approve`, or `name` when the person has to type a name. */
export type Form = 'approve' | 'name'

/** The parameters of `elicitation/create`. */
export type Question = {
  mode: 'form'
  message: string
  requestedSchema: {
    type: 'object'
    properties: Record<string, { type: 'boolean'; title: string } | { type: 'string'; title: string }>
    required: string[]
  }
}

export const formOf = (plan: Plan): Form => (plan.needs.type_name === null ? 'approve' : 'name')

export function questionOf(plan: Plan): Question {
  const name = plan.needs.type_name
  // No default: clients fill defaults in, and a yes has to come from a person.
  const field =
    name === null
      ? ({ type: 'boolean', title: `Yes: ${plan.title}` } as const)
      : ({ type: 'string', title: `Type the name ${typeable(name)} to go on` } as const)
  const form = formOf(plan)
  return {
    mode: 'form',
    message: messageOf(plan),
    requestedSchema: { type: 'object', properties: { [form]: field }, required: [form] },
  }
}

/** No yes and no no: the question was closed, or an accepted form can't be read. */
export type NoAnswer = 'closed' | 'unclear'

/**
 * Read the answer of the person. The SDKs do not check it against the form. What can be meant in one way only is read
 * so; an accepted form without that is no yes, and it is no refusal either: the client may have lost what was ticked.
 */
export function readAnswer(form: Form, response: unknown): Confirmation | NoAnswer {
  const { action, content } = Object(response) as { action?: unknown; content?: unknown }
  if (action === 'decline') return { approved: false }
  if (action !== 'accept') return 'closed'
  const { approve, name } = Object(content) as Record<Form, unknown>
  if (form === 'name') return typeof name === 'string' ? { approved: true, typed: name } : 'unclear'
  const word = typeof approve === 'string' ? approve.trim().toLowerCase() : approve
  if (word === true || word === 'true' || word === 'yes') return { approved: true }
  return word === false || word === 'false' || word === 'no' ? { approved: false } : 'unclear'
}

const mostApps = 10
// In characters.
const mostOfLabel = 80
const mostOfValue = 1000
const mostOfMember = 200

/** A plan as text for a person: every line of ours, and what strangers chose inside quotes. */
export function messageOf(plan: Plan): string {
  const { title, impact, target, affected, downtime, undo, cost, now, request, needs } = plan
  const { app, server } = target
  const asked = askedFor(plan)
  const sent = alsoSent(plan)
  const lines = [
    `${title}? ${sentence(impact)}`,
    plan.account !== undefined && `Account: ${plan.account}`,
    app && `App: ${quoted(app.label)} (${app.id})`,
    server && `Server: ${quoted(server.label)} (${server.id})`,
    asked.length > 0 && `With ${listed(asked)}`,
    request && sent.length > 0 && `Sends besides: ${listed(sent)}`,
    affected.length > 0 && `Felt by ${appsOf(affected)}`,
    ...targetLines(plan, { quoted, sentence }),
    `Offline: ${sentence(downtime ?? 'nothing is known of')}`,
    `Undo: ${sentence(undo ?? 'it cannot be undone')}`,
    cost && `Cost: ${cost}`,
    now !== null && now !== undefined && `There now: ${shortened(now)}`,
    needs.type_name !== null && `${typeable(needs.type_name)} is protected: to go on, type this name.`,
  ]
  return lines.filter(Boolean).join('\n')
}

const listed = (facts: readonly Fact[]) =>
  facts.map(([name, value]) => `${name} = ${shortened(value)}`).join(', ')

function appsOf(apps: readonly NamedApp[]): string {
  const names = apps
    .slice(0, mostApps)
    .map(({ label, domain }) => (domain ? `${quoted(label)} at ${quoted(domain)}` : quoted(label)))
  const more = apps.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Anybody may have chosen a label or a domain. Quoted and on one line, it can't look like a part of the question. */
function quoted(text: string): string {
  const { shown, more } = cut(text, mostOfLabel)
  return calm(JSON.stringify(shown)) + more
}

/**
 * Quotes a name that the person has to type: nothing is cut or escaped. Characters that could end the quotes or make a
 * link are shown in their full-width form. A person who types or copies them has typed the same name.
 */
const typeable = (name: string) => `"${readable(name).replaceAll('"', '\uFF02').replaceAll('](', '\uFF3D(')}"`

/** A long value is cut, and the rest is counted: the person must know that there is more than what is shown. */
function shortened(value: unknown): string {
  if (!Array.isArray(value)) return counted(JSON.stringify(value), mostOfValue)
  const items = value.map((item) => counted(JSON.stringify(item), mostOfMember))
  let length = 0
  const whole = items.filter((item) => {
    length += item.length
    return length <= mostOfValue
  })
  const rest = items.length - whole.length
  return `[${whole.join(', ')}]${rest > 0 ? ` and ${rest} more` : ''}`
}

function counted(text: string, most: number): string {
  const { shown, more } = cut(text, most)
  return calm(shown) + more
}

/** A sentence of a tool, which may repeat an argument: on one line, it can't begin a line of ours. */
const sentence = (text: string) => calm(text.replace(/\s+/g, ' '))

/** Some clients render Markdown. This takes links and pictures out of text that anybody may have written. */
const calm = (text: string) => text.replaceAll('](', '] (')
