/** The question about a plan: its message, its form, and how the answer is read. No SDK here. @module */
import { readable } from '../../base/text.ts'
import type { Confirmation, NamedApp, Plan } from '../../core/types/plan.ts'

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

/**
 * Read the answer of the person. The SDKs do not check it against the form, so everything but a clear yes is a no.
 *
 * @returns `undefined` when nobody answered: the question was closed, or the client sent something else.
 */
export function readAnswer(form: Form, response: unknown): Confirmation | undefined {
  const { action, content } = Object(response) as { action?: unknown; content?: unknown }
  if (action === 'decline') return { approved: false }
  if (action !== 'accept') return undefined
  const { approve, name } = Object(content) as Record<Form, unknown>
  if (form === 'approve') return { approved: approve === true }
  return { approved: true, typed: typeof name === 'string' ? name : '' }
}

const mostApps = 10
// In characters.
const mostOfLabel = 80
const mostOfValue = 1000
const mostOfNow = 300

function messageOf(plan: Plan): string {
  const { title, impact, target, input, affected, downtime, undo, cost, now, needs } = plan
  const { app, server } = target
  const own = { server_id: server?.id, app_id: app?.id } as Record<string, unknown>
  const given = Object.entries(input).filter(([name, value]) => value !== undefined && own[name] !== value)
  const present = now === null ? '' : JSON.stringify(now)
  const lines = [
    `${title}? ${impact}`,
    app && `App: ${quoted(app.label)} (${app.id})`,
    server && `Server: ${quoted(server.label)} (${server.id})`,
    given.length > 0 && `With ${given.map(([name, value]) => `${name} = ${shortened(value)}`).join(', ')}`,
    affected.length > 0 && `Felt by ${appsOf(affected)}`,
    `Offline: ${downtime ?? 'not at all'}`,
    `Undo: ${undo ?? 'it cannot be undone'}`,
    cost && `Cost: ${cost}`,
    present && present.length <= mostOfNow && `There now: ${calm(present)}`,
    needs.type_name !== null && `${typeable(needs.type_name)} is protected: to go on, type this name.`,
  ]
  return lines.filter(Boolean).join('\n')
}

function appsOf(apps: readonly NamedApp[]): string {
  const names = apps
    .slice(0, mostApps)
    .map(({ label, domain }) => (domain ? `${quoted(label)} at ${quoted(domain)}` : quoted(label)))
  const more = apps.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Anybody may have chosen a label or a domain. Quoted and on one line, it can't look like a part of the question. */
const quoted = (text: string) => calm(JSON.stringify(cut(text, mostOfLabel)))

/**
 * Quotes a name that the person has to type: nothing is cut or escaped. Characters that could end the quotes or make a
 * link are shown in their full-width form. A person who types or copies them has typed the same name.
 */
const typeable = (name: string) => `"${readable(name).replaceAll('"', '\uFF02').replaceAll('](', '\uFF3D(')}"`

/** A long value is cut, and its length is told: the person must know that there is more than what is shown. */
function shortened(value: unknown): string {
  const json = calm(JSON.stringify(value))
  const shown = cut(json, mostOfValue)
  return shown === json ? json : `${shown} (${json.length} characters in all)`
}

/** Cuts between characters; `slice` of a text could cut a surrogate pair. */
function cut(text: string, most: number): string {
  const characters = Array.from(text)
  return characters.length <= most ? text : `${characters.slice(0, most).join('')}…`
}

/** Some clients render Markdown. This takes links and pictures out of text that anybody may have written. */
const calm = (text: string) => text.replaceAll('](', '] (')
