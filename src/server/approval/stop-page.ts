/** The page of the kill switch: whether changes are stopped, and one button for the other state. @module */
import { html } from 'hono/html'
import { longestReason, type Stop } from '../../core/control/stop.ts'
import { type Html, icon, icons, page, spelledOut } from '../pages/layout.ts'

interface StopView {
  /** What the operator stopped. Nothing on the page lifts it. */
  byCommand?: Stop
  /** What was stopped on the page. */
  stops: readonly Stop[]
  /** The accounts that the page is about; one stands for all where it `isWhole`. */
  count: number
  isWhole: boolean
  token: string
  action: string
}

/** Stands on the pages beside it. */
export const stopLink = html`<p class="soft"><a href="stop">Stop all changes</a></p>`

export function stopPage(view: StopView): Html {
  const { byCommand, stops, count } = view
  const isStopped = byCommand !== undefined || stops.length === count
  const title = isStopped ? 'Changes are stopped' : 'Changes are allowed'
  return page(
    title,
    html`${icon(isStopped ? icons.stop : icons.done, isStopped ? 'bad' : '')}
<h1>${title}</h1>
<p role="status">${isStopped ? whatIsOff(view) : whatWouldBe(view)}</p>
${[...(byCommand ? [byCommand] : []), ...stops].map(told)}
${byCommand ? html`<p class="soft">The operator of the server lifts it, with the command <code>cloudways-tools stop-changes --resume</code>.</p>` : buttons(view)}
<p><a href="inbox">What waits for your yes</a></p>`,
  )
}

const whose = ({ isWhole, count, byCommand }: StopView) =>
  isWhole || byCommand
    ? 'of all accounts of this server'
    : count > 1
      ? 'of the accounts that you signed in with'
      : 'of the account that you signed in with'

const whatIsOff = (view: StopView) =>
  `Every change ${whose(view)} is refused, also one that somebody said yes to. Reads go on. What Cloudways had begun before is not ended.`

const whatWouldBe = (view: StopView) =>
  `The button stops every change ${whose(view)}, within a second and on every replica, also one that somebody said yes to. Reads go on. What Cloudways has begun is not ended.${view.isWhole ? '' : ' Another token of the same account counts as another account.'}`

function told({ at, by, reason }: Stop): Html {
  const time = new Date(at).toISOString()
  return html`<p class="soft">Since <time datetime="${time}">${time.slice(0, 19).replace('T', ' ')} UTC</time>, by ${
    by === 'command' ? 'the operator' : 'a person on this page'
  }.${reason && html` Reason: <bdi>${spelledOut(reason, longestReason)}</bdi>`}</p>`
}

function buttons({ stops, count, token, action }: StopView): Html {
  return html`<form method="post" action="${action}">
<input type="hidden" name="token" value="${token}">
${
  stops.length < count &&
  html`<label class="name" for="reason">Why</label>
<p class="hint" id="reason_hint">Whoever is refused reads it, the assistant too. It may stay empty.</p>
<input id="reason" name="reason" type="text" maxlength="${longestReason}" autocomplete="off" aria-describedby="reason_hint">`
}
<div class="buttons">
${stops.length < count && html`<button class="main bad" name="action" value="stop">Stop all changes</button>`}
${stops.length > 0 && html`<button class="main" name="action" value="resume">Let changes go on</button>`}
</div>
</form>`
}
