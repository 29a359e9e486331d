/**
 * /changes: what this server changed in the account of the person who signed in. The journal is read with the
 * credentials of the form, by the rules of a call of `list_changes`, so the form is asked for each time.
 *
 * @module
 */
import type { Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { Cloudways } from '../../cloudways.ts'
import type { Change } from '../../core/types/journal.ts'
import { type CloudwaysError, isCloudwaysError } from '../../errors.ts'
import type { Settings } from '../oauth/options.ts'
import { pageHeaders, showError } from '../pages/http.ts'
import { type Html, icon, icons, linesSpelledOut, page, spelledOut } from '../pages/layout.ts'
import { ownPage } from './own-page.ts'
import { headingOf } from './plan-page.ts'
import { createSignInForm } from './sign-in-form.ts'
import { stopLink } from './stop-page.ts'

const mostRows = 20

/** Seconds that a person waits for the answer. */
const longestRead = 20

export type Journal = Pick<Cloudways, 'tools' | 'withCredentials'>

export function createChangesPage(settings: Settings, journal: Journal): Hono {
  const form = createSignInForm(settings, {
    name: 'changes',
    title: 'What was changed',
    lead: 'Sign in to see the last changes that were made through this server in your Cloudways account.',
    button: 'Sign in and look',
    reason: 'to see changes',
  })

  return ownPage(settings, {
    path: '/changes',
    about: 'This address shows what was changed.',
    get: (c) => form.ask(c),
    post: show,
    withoutStorage: 'the changes cannot be read.',
    failed: (c, error) => (isCloudwaysError(error) ? showError(c, 502, unread(error)) : undefined),
  })

  async function show(c: Context): Promise<Response> {
    const person = await form.read(c)
    if (person instanceof Response) return person
    const credentials = { accessToken: person.accessToken as string, account: person.account }
    const answer = await journal
      .withCredentials(credentials)
      .call('list_changes', { limit: mostRows }, { signal: AbortSignal.timeout(longestRead * 1000) })
    const view = { rows: answer.changes as unknown as Change[], more: answer.more, note: answer.note }
    const titleOf = (tool: string) => journal.tools[tool as keyof typeof journal.tools]?.title ?? tool
    return c.html(await changesPage({ ...view, titleOf }), 200, pageHeaders())
  }
}

const unread = ({ message, next }: CloudwaysError) => ({
  title: 'The changes cannot be read',
  ...{ message, next, again: 'changes' },
})

interface ChangesPage {
  rows: readonly Change[]
  more: boolean
  /** What the journal does not tell. */
  note: string
  titleOf: (tool: string) => string
}

export function changesPage({ rows, more, note, titleOf }: ChangesPage): Html {
  const title = rows.length === 0 ? 'Nothing was changed' : 'The last changes'
  return page(
    title,
    html`${icon(icons.done)}
<h1>${title}</h1>
<p class="soft">${spelledOut(note, 1000)}${more && ' There are older ones; your assistant can list them.'}</p>
${rows.length > 0 && html`<ul class="rows">${rows.map((row) => change(row, titleOf))}</ul>`}
<div class="buttons"><a class="button plain" href="changes">Look again</a></div>
${stopLink}`,
    { wide: true },
  )
}

const outcomes = {
  completed: ['calm', 'Done'],
  running: ['calm', 'Still running'],
  failed: ['bad', 'Failed'],
  unknown: ['warn', 'Outcome unknown'],
} as const

function change(row: Change, titleOf: (tool: string) => string): Html {
  const { at, tool, state, why, undo, own } = row
  const [tone, outcome] = outcomes[state]
  return html`<li><b>${headingOf(titleOf(tool), targetOf(row))}</b>
<p><b class="risk ${tone}">${outcome}</b> <small><time datetime="${at}">${at.replace('T', ' ').replace('Z', ' UTC')}</time>
${!own && ' With other credentials than yours.'}</small></p>
${why && html`<p class="soft">${spelledOut(why, 500)}</p>`}
${undo && undoOf(undo)}</li>`
}

function targetOf({ server_id, server, app_id, app }: Change) {
  if (app_id) return { kind: 'app' as const, label: app || app_id }
  return server_id ? { kind: 'server' as const, label: server || server_id } : undefined
}

/** An undo is a change like any other: the assistant proposes it, and the person sees its plan. So it is text here. */
const undoOf = ({ tool, input }: NonNullable<Change['undo']>): Html =>
  html`<details><summary>Undo</summary><div><p class="soft">Tell your assistant:</p>
<pre tabindex="0">Undo this change: call ${spelledOut(tool, 100)} with ${linesSpelledOut(JSON.stringify(input), 4000)}</pre></div></details>`
