/**
 * The page on which a person approves a change. It shows the whole plan, and treats every text in it as foreign.
 *
 * @module
 */
import { html, raw } from 'hono/html'
import { alsoSent, askedFor, type Fact } from '../../core/decide/facts.ts'
import type { WouldRefuse } from '../../core/types/control.ts'
import { type NamedApp, type NamedServer, type Plan, type Risk, riskMeanings } from '../../core/types/plan.ts'
import type { Asker } from '../oauth/client.ts'
import { type Html, icon, icons, linesSpelledOut, page, spelledOut, typeable } from '../pages/layout.ts'
import { targetsOf } from './plan-targets.ts'
import { secondSignIn, type Two, twoFact } from './second-yes.ts'

interface PlanPage {
  plan: Plan
  /** Left out: nobody knows who asks. */
  asker?: Asker
  /** The account is that of the sandbox. */
  sandbox?: boolean
  action: string
  token: string
  /** Until the page expires. */
  secondsLeft: number
  /** What is wrong with the name that the person typed. */
  problem?: string
  /** Where two people have to say yes. */
  two?: Two
}

const risks: Record<Risk, string> = {
  read: 'Reads',
  write: 'Changes',
  disruptive: 'Disruptive',
  destructive: 'Destructive',
}

/** The colour of a risk, on icon, badge and button. */
export const toneOf = (risk: Risk) =>
  risk === 'destructive' ? 'bad' : risk === 'disruptive' ? 'warn' : 'calm'

/** Further apps are folded away. */
const mostApps = 8

export function planPage(view: PlanPage): Html {
  const { plan, asker, problem } = view
  const tone = toneOf(plan.risk)
  const asked = askedFor(plan)
  const minutes = Math.max(1, Math.ceil(view.secondsLeft / 60))
  return page(
    `${problem ? 'Not approved: ' : ''}${headingText(plan)}?`,
    html`${icon(tone === 'bad' ? icons.stop : icons.ask, tone)}
<h1>${heading(plan)}?</h1>
<p class="soft">Your assistant asks to do this in ${accountOf(view)}. It happens only if you approve.</p>
<dl class="facts">
${asker?.name && fact('Who asks', client(asker))}
${plan.account !== undefined && fact('Account', html`<b>${spelledOut(plan.account, 60)}</b>`)}
${fact(plan.targets ? 'Targets' : 'On', plan.targets ? targetsOf(plan) : target(plan))}
${fact('Risk', html`${riskBadge(plan.risk)} ${riskMeanings[plan.risk]}`)}
${fact('What happens', spelledOut(plan.impact, 2000))}
${asked.length > 0 && fact('Asked for', facts(asked))}
${fact('Sends', request(plan))}
${fact('Downtime', plan.downtime === null ? 'None is known of.' : spelledOut(plan.downtime))}
${fact('Affected', affected(plan.affected))}
${hasNow(plan.now) && fact('There now', now(plan.now))}
${fact('Undo', undo(plan))}
${plan.cost !== null && fact('Cost', spelledOut(plan.cost))}
${plan.would_refuse && fact('Rules on trial', onTrial(plan.would_refuse))}
${view.two && fact('Approvals', twoFact(view.two))}
${plan.needs.first && fact('Missing before', spelledOut(plan.needs.first.why ?? plan.needs.first.tool))}
</dl>
<form method="post" action="${view.action}" novalidate>
<input type="hidden" name="token" value="${view.token}">
${!view.two?.hasSaid && plan.needs.type_name !== null && nameField(plan.needs.type_name, problem)}
<div class="buttons">
${view.two?.hasSaid ? secondSignIn : html`<button class="main ${tone}" name="action" value="approve">Approve</button>`}
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

/** What would be done, and to what. */
export const heading = (plan: Plan): Html => headingOf(plan.title, namedIn(plan))

/** What is done, and to what. `bdi` keeps right-to-left letters in a label in their place. */
export function headingOf(title: string, named: Named | undefined): Html {
  const { shown, before, label } = headingParts(title, named)
  return html`${shown}${before}${label && html`<bdi>${label}</bdi>`}`
}

interface Named {
  kind: 'server' | 'app'
  label: string
}

function namedIn({ target: { server, app } }: Plan): Named | undefined {
  if (app) return { kind: 'app', label: app.label || app.id }
  return server && { kind: 'server', label: server.label || server.id }
}

/** The same for the title of the window, which takes no markup. */
function headingText(plan: Plan): string {
  const { shown, before, label } = headingParts(plan.title, namedIn(plan))
  return shown + before + label
}

function headingParts(title: string, named: Named | undefined) {
  const shown = spelledOut(title)
  if (!named) return { shown, before: '', label: '' }
  const { kind } = named
  const label = spelledOut(named.label, 80)
  // "Restart server", "Switch SSH of an app": the label follows the word. "Another server" is not the target.
  const ends = new RegExp(`(?<!another )(?:\\ban? )?\\b${kind}$`, 'i')
  if (ends.test(shown)) return { shown: shown.replace(ends, ''), before: `${kind} `, label }
  return { shown, before: /another \w+$/.test(shown) ? `: ${kind} ` : ` on ${kind} `, label }
}

function accountOf({ plan, sandbox }: PlanPage): Html {
  if (sandbox) return html`the sandbox, where nothing is real`
  if (plan.account === undefined) return html`the Cloudways account that it is connected with`
  return html`your Cloudways account <bdi class="host">${spelledOut(plan.account, 60)}</bdi>`
}

/** A name is the client's own claim. Where its document is published is proven. */
export const client = ({ name, host }: Asker): Html =>
  html`<bdi class="host">${spelledOut(name, 60)}</bdi> <small>${
    host
      ? `as it calls itself, published by ${spelledOut(host, 100)}`
      : 'as it calls itself; nobody has checked it'
  }</small>`

export const riskBadge = (risk: Risk): Html => html`<b class="risk ${toneOf(risk)}">${risks[risk]}</b>`

/** Only what loses something for good is an alarm: {@link riskMeanings} says so of the destructive alone. */
function undo({ undo, risk }: Plan): Html | string {
  if (undo !== null) return spelledOut(undo, 2000)
  if (risk === 'destructive') return html`<b class="alarm">Can not be undone.</b>`
  return 'No call takes it back. It loses no data, certificate or access for good.'
}

/** Rules in shadow mode: what any other one refuses is never asked about. */
const onTrial = (rules: readonly WouldRefuse[]) =>
  html`<ul>${rules.map(({ rule, why }) => html`<li><code>${rule}</code> would refuse this, and only tells so far: ${spelledOut(why, 500)}</li>`)}</ul>`

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
