/**
 * The page on which a person approves a change. It shows the whole plan, and treats every text in it as foreign.
 *
 * @module
 */
import { html, raw } from 'hono/html'
import { alsoSent, askedFor, type Fact } from '../../core/decide/facts.ts'
import { type NamedApp, type NamedServer, type Plan, type Risk, riskMeanings } from '../../core/types/plan.ts'
import { type Html, icon, icons, linesSpelledOut, page, spelledOut, typeable } from '../pages/layout.ts'

interface PlanPage {
  plan: Plan
  action: string
  token: string
  /** Until the page expires. */
  secondsLeft: number
  /** What is wrong with the name that the person typed. */
  problem?: string
}

const risks: Record<Risk, string> = {
  read: 'Reads',
  write: 'Changes',
  disruptive: 'Disruptive',
  destructive: 'Destructive',
}

/** Further apps are folded away. */
const mostApps = 8

export function planPage(view: PlanPage): Html {
  const { plan, problem } = view
  const destructive = plan.risk === 'destructive'
  const title = spelledOut(plan.title)
  const asked = askedFor(plan)
  const minutes = Math.max(1, Math.ceil(view.secondsLeft / 60))
  return page(
    `${problem ? 'Not approved: ' : ''}${title}?`,
    html`${icon(destructive ? icons.stop : icons.ask, destructive ? 'bad' : '')}
<h1>${title}?</h1>
<p class="soft">Your assistant asks to do this in your Cloudways account. It happens only if you approve.</p>
<dl class="facts">
${plan.account !== undefined && fact('Account', html`<b>${spelledOut(plan.account, 60)}</b>`)}
${fact('On', target(plan))}
${fact('Risk', html`<b class="risk ${plan.risk}">${risks[plan.risk]}</b> ${riskMeanings[plan.risk]}`)}
${fact('What happens', spelledOut(plan.impact, 2000))}
${asked.length > 0 && fact('Asked for', facts(asked))}
${fact('Sends', request(plan))}
${fact('Downtime', plan.downtime === null ? 'None is known of.' : spelledOut(plan.downtime))}
${fact('Affected', affected(plan.affected))}
${hasNow(plan.now) && fact('There now', now(plan.now))}
${fact('Undo', plan.undo === null ? html`<b>Can not be undone.</b>` : spelledOut(plan.undo, 2000))}
${plan.cost !== null && fact('Cost', spelledOut(plan.cost))}
${plan.needs.first && fact('Missing before', spelledOut(plan.needs.first.why ?? plan.needs.first.tool))}
</dl>
<form method="post" action="${view.action}" novalidate>
<input type="hidden" name="token" value="${view.token}">
${plan.needs.type_name !== null && nameField(plan.needs.type_name, problem)}
<div class="buttons">
<button class="main ${destructive ? 'danger' : ''}" name="action" value="approve">Approve</button>
<button class="plain" name="action" value="decline" formnovalidate>Do not do it</button>
</div>
</form>`,
    {
      footer: html`Approve only what you have asked your assistant for. It counts for just this change, once,
and waits ${minutes === 1 ? 'a minute' : `${minutes} minutes`} more.`,
      wide: true,
    },
  )
}

const fact = (name: string, value: Html | string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`

/** `bdi` keeps right-to-left letters in a label from reordering the text around the label. */
const labelled = ({ id, label }: NamedServer | NamedApp) =>
  html`<bdi class="host">${spelledOut(label) || 'without a name'}</bdi> <small>${spelledOut(id, 60)}</small>`

function target({ target: { server, app } }: Plan): Html {
  if (app && server) return html`app ${labelled(app)}, on server ${labelled(server)}`
  if (app) return html`app ${labelled(app)}`
  return server ? html`server ${labelled(server)}` : html`the account as a whole`
}

function affected(apps: readonly NamedApp[]): Html | string {
  if (apps.length === 0) return 'No app.'
  const row = (app: NamedApp) =>
    html`<li>${labelled(app)}${app.domain && html`<br><bdi class="soft">${spelledOut(app.domain)}</bdi>`}</li>`
  const rest = apps.slice(mostApps)
  return html`<ul>${apps.slice(0, mostApps).map(row)}</ul>
${rest.length > 0 && html`<details><summary>and ${rest.length} more</summary><ul>${rest.map(row)}</ul></details>`}`
}

const hasNow = (value: unknown) =>
  value !== null && value !== undefined && value !== '' && JSON.stringify(value) !== '{}'

function now(value: unknown): Html | string {
  if (typeof value !== 'object') return spelledOut(String(value), 20_000)
  return block(value)
}

const block = (value: unknown, most?: number) =>
  html`<pre tabindex="0">${linesSpelledOut(JSON.stringify(value, null, 2), most)}</pre>`

/** What decides stands in the open, whole: of a very long value, the rest is counted. */
const facts = (rows: readonly Fact[]): Html =>
  html`<ul>${rows.map(([name, value]) => html`<li><code>${spelledOut(name)}</code> ${shown(value)}</li>`)}</ul>`

function shown(value: unknown): Html {
  const items = Array.isArray(value) ? value : [value]
  const isPlain = items.every((item) => typeof item !== 'object' && String(item).length <= mostInLine)
  if (!isPlain || items.length === 0) return block(value)
  return html`${items.map((item, index) => html`${index > 0 && ', '}<bdi class="host">${spelledOut(String(item))}</bdi>`)}`
}

/** Longer texts get a box of their own. */
const mostInLine = 200

function request(plan: Plan): Html {
  const { request: sent, tool } = plan
  if (sent === null) return html`<p class="soft">Nothing would be sent: it is like that already.</p>`
  const more = alsoSent(plan)
  return html`<p><code>${sent.method} ${spelledOut(sent.path, 500)}</code></p>
${more.length > 0 && facts(more)}
<p class="hint">${more.length > 0 ? 'Besides what is asked for.' : 'With what is asked for, and nothing else.'} The tool is ${spelledOut(tool, 100)}.</p>`
}

function nameField(name: string, problem: string | undefined): Html {
  return html`<label class="name" for="typed">Type the name to approve</label>
<p class="hint" id="typed_hint">This is protected. Its name is <bdi class="host">${typeable(name)}</bdi></p>
<input id="typed" name="typed" type="text" value="" autocomplete="off" autocapitalize="none" autocorrect="off"
spellcheck="false" aria-describedby="typed_hint${problem ? ' problem' : ''}" ${problem && raw('aria-invalid="true" autofocus')}>
${problem && html`<p class="problem" id="problem" role="alert">${problem}</p>`}`
}
