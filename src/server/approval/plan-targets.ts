/** The targets of a campaign on the page of its plan: every one, whatever their number. @module */
import { html } from 'hono/html'
import type { Plan, PlannedTarget } from '../../core/types/plan.ts'
import { type Html, spelledOut } from '../pages/layout.ts'

/** Further targets are folded away; the heading counts them. */
const mostOpen = 50

export function targetsOf({ targets = [] }: Plan): Html {
  const changed = targets.filter((row) => row.left_out === undefined)
  const left = targets.filter((row) => row.left_out !== undefined)
  const rest = changed.slice(mostOpen)
  return html`<p><b>${changed.length}</b> ${changed.length === 1 ? 'is' : 'are'} changed, in this order:</p>
<ol>${changed.slice(0, mostOpen).map(row)}</ol>
${rest.length > 0 && html`<details><summary>and ${rest.length} more</summary><ol start="${mostOpen + 1}">${rest.map(row)}</ol></details>`}
${left.length > 0 && html`<p><b>${left.length}</b> ${left.length === 1 ? 'is' : 'are'} left out:</p><ul>${left.map(leftRow)}</ul>`}`
}

const row = (one: PlannedTarget): Html =>
  html`<li>${named(one)}${one.protected && html` <b class="alarm">protected</b>`}${
    one.tool !== undefined && html` <small>${spelledOut(one.tool, 100)}</small>`
  }${one.change !== undefined && html`<br>${spelledOut(one.change, 400)}`}${
    one.impact !== undefined && html`<br>${spelledOut(one.impact, 2000)}`
  }${one.undo !== undefined && html`<br><small>Undo: ${one.undo === null ? 'no call takes it back' : spelledOut(one.undo, 1000)}</small>`}</li>`

const leftRow = (one: PlannedTarget): Html =>
  html`<li>${named(one)}: ${spelledOut(one.left_out ?? '', 1000)}</li>`

/** `bdi` keeps right-to-left letters in a label in their place. */
function named({ app, server, target }: PlannedTarget): Html {
  const label = (text: string) => html`<bdi class="host">${spelledOut(text, 80) || 'without a name'}</bdi>`
  if (app) {
    return html`app ${label(app.label)} <small>${spelledOut(app.id, 60)}</small>${server && html` on ${label(server.label)}`}`
  }
  if (server) return html`server ${label(server.label)} <small>${spelledOut(server.id, 60)}</small>`
  return target === undefined ? html`the account` : label(target)
}
