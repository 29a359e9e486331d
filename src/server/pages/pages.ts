/**
 * The pages of a sign-in (the form, an error, the end), and the texts for one that can't go on: what happened, then what
 * to do.
 *
 * @module
 */
import { html, raw } from 'hono/html'
import type { Client } from '../oauth/client.ts'
import { opensApp, redirectHost } from '../oauth/redirect.ts'
import type { OAuthScope } from '../oauth/scopes.ts'
import { type CredentialFields, credentialFields, type FieldProblem } from './credential-fields.ts'
import { endPage, type Html, icon, icons, page } from './layout.ts'

export interface SignInPage extends CredentialFields {
  /** Where the form goes. */
  action: string
  ticket: string
  client: Client
  redirectUri: string
  /** Preselected. */
  scopes: readonly OAuthScope[]
  /** Seconds. */
  tokenLifetime: number
}

export interface ErrorPage {
  title: string
  /** What happened. */
  message: string
  /** What to do. */
  next: string
  /** An address of this server at which the same login starts again. */
  again?: string
}

interface DonePage {
  /** Where the browser goes on. Without a URL, this page is the last one. */
  url?: string
  client: Client
  outcome: 'signed in' | 'cancelled'
}

const nameOf = ({ name }: Client) => name || 'an MCP client'

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

export function signInPage(view: SignInPage): Html {
  const { client, problem } = view
  const name = nameOf(client)
  return page(
    `${problem ? 'Not signed in: ' : ''}Connect ${name} to Cloudways`,
    html`${icon(icons.cloud)}
<h1>Connect ${name} to your Cloudways account</h1>
${whereTo(view)}
<form method="post" action="${view.action}" novalidate>
<input type="hidden" name="ticket" value="${view.ticket}">
${credentialFields(view)}
${choices(view.scopes, name)}
<div class="buttons">
<button class="main" name="action" value="sign-in">Sign in and allow</button>
<button class="plain" name="action" value="cancel" formnovalidate>Cancel</button>
</div>
</form>`,
    { footer: footer(view, name) },
  )
}

/** A client's name is its own claim. Where the answer goes is proven, so the person is shown that. */
function whereTo({ client, redirectUri }: SignInPage): Html {
  if (client.local) {
    return html`<p class="soft">This page comes from your own computer. What you enter goes to Cloudways only.</p>
<p class="soft">Go on only if you have just started this yourself.</p>`
  }
  const { host, kind } = redirectHost(redirectUri)
  const place = html`<span class="host">${host}</span>`
  const proven = client.host && html` The client is published by <span class="host">${client.host}</span>.`
  const target = {
    web: html`After that you go back to ${place}.`,
    computer: html`After that you go back to ${place}, a program on this computer.`,
    app: html`After that the app opens that owns ${place} on this device.`,
  }[kind]
  return html`<p class="soft">${target}${proven}</p>
<p class="soft">Go on only if you have just started this yourself.</p>`
}

function choices(chosen: readonly OAuthScope[], client: string): Html {
  const choice = (scope: OAuthScope, title: string, text: string, kind = '') => html`<label class="${kind}">
<input type="checkbox" name="scope" value="${scope}" ${chosen.includes(scope) && raw('checked')}>
<span><b>${title}</b><small>${text}</small></span></label>`
  return html`<fieldset>
<legend>${capital(client)} may</legend>
<div class="choices">
<label><input type="checkbox" checked disabled>
<span><b>Look</b><small>See servers, apps, settings and backups.</small></span></label>
${choice('cloudways:write', 'Change', 'Create, deploy, restart. Can take a site offline.')}
${choice('cloudways:destructive', 'Delete', 'Overwrite and revoke too. Can not be undone.', 'careful')}
</div>
</fieldset>`
}

function footer({ client, tokenLifetime, hasExchange }: SignInPage, name: string): Html {
  const minutes = Math.max(1, Math.round(tokenLifetime / 60))
  const time = minutes === 60 ? 'an hour' : minutes === 1 ? 'a minute' : `${minutes} minutes`
  const kept = client.local
    ? html`in the memory of the server that ${name} started`
    : html`sealed, so that only ${name} can use it`
  return html`The role of your token still limits what can be done. It is kept ${kept},
and is gone after ${time} at the latest. ${hasExchange && 'An email and API key are used once and not kept.'}`
}

export function errorPage({ title, message, next, again }: ErrorPage): Html {
  return page(
    title,
    html`${icon(icons.stop, 'bad')}
<h1>${title}</h1>
<p role="alert">${message}</p>
<p class="soft">${next}</p>
${again && html`<div class="buttons"><a class="button main" href="${again}">Start again</a></div>`}`,
  )
}

/** The browser goes on by itself. The link is for browsers that want a click first, as some do before they open an app. */
export function donePage({ url, client, outcome }: DonePage): Html {
  const done = outcome === 'signed in'
  const name = nameOf(client)
  const title = done ? 'You are signed in' : 'Cancelled'
  const told = done ? 'is connected' : 'is told that you cancelled'
  if (!url) return endPage(title, `${capital(name)} ${told}. You may close this page.`, done)
  const sentence = opensApp(url)
    ? html`${capital(name)} opens now and ${told}.`
    : html`You go back to ${name} now, which ${told}.`
  return page(
    title,
    html`${icon(done ? icons.done : icons.stop, done ? '' : 'bad')}
<h1>${title}</h1>
<p>${sentence} After that you may close this page.</p>
<div class="buttons"><a class="button main" href="${url}">${opensApp(url) ? 'Open' : 'Go on to'} ${name}</a></div>`,
    { refresh: url },
  )
}

/**
 * A request of a client that is not valid. The client may be anybody's, and so may the address, so the browser goes
 * there only when the person says so (RFC 9700, 4.11.2). The same holds for programs on this computer: a request is
 * never sent to one of them before somebody has signed in.
 */
export function backPage(view: { redirect: string; description: string; client: Client }): Html {
  const { redirect, description, client } = view
  return page(
    'This cannot go on',
    html`${icon(icons.stop, 'bad')}
<h1>This cannot go on</h1>
<p role="alert">${capital(nameOf(client))} asked for something that this server can not do: ${description}.</p>
<p class="soft">Nothing was sent. You can close this page, or tell the client: that leads you to
<span class="host">${redirectHost(redirect).host}</span>. Go on only if you know it.</p>
<div class="buttons"><a class="button plain" href="${redirect}" rel="noreferrer">${opensApp(redirect) ? 'Open' : 'Go on to'} ${nameOf(client)}</a></div>`,
  )
}

/** The form of one sign-in page came twice: a double click, or two tabs. */
export function usedPage(view: { url: string | undefined; client: Client; again: string }): Html {
  const { url, client, again } = view
  const name = nameOf(client)
  return page(
    'Signed in already',
    html`${icon(icons.done)}
<h1>Signed in already</h1>
<p role="alert">This page was used before, and one page signs in once.</p>
<p class="soft">${url ? `${capital(name)} still waits for you: you go on to it now.` : `If ${name} is not connected, start again.`}</p>
<div class="buttons">${url && html`<a class="button main" href="${url}">${opensApp(url) ? 'Open' : 'Go on to'} ${name}</a>`}
<a class="button plain" href="${again}">Start again</a></div>`,
    { refresh: url },
  )
}

interface SignInFirst extends CredentialFields {
  title: string
  lead: string
  button: string
  /** Besides whose credentials are taken. */
  hint?: string
  action: string
  ticket: string
}

export function signInFirstPage(view: SignInFirst): Html {
  return page(
    `${view.problem ? 'Not signed in: ' : ''}${view.title}`,
    html`${icon(icons.cloud)}
<h1>${view.title}</h1>
<p class="soft">${view.lead}</p>
<p class="soft">Use the access token, or the email and API key, that the assistant is connected with.${view.hint && ` ${view.hint}`}</p>
<form method="post" action="${view.action}" novalidate>
<input type="hidden" name="ticket" value="${view.ticket}">
${credentialFields(view)}
<div class="buttons"><button class="main" name="action" value="sign-in">${view.button}</button></div>
</form>`,
    {
      footer: html`What you enter is checked with Cloudways and not kept. This browser is then known here for a while.`,
    },
  )
}

type Field = FieldProblem['field']

export const wrong = (field: Field): FieldProblem => ({
  field,
  message:
    field === 'access_token'
      ? 'Cloudways does not accept this token. It may have expired or been deleted: make a new one.'
      : 'Cloudways does not accept this email and API key. Keys are being retired: use an access token instead.',
})

export const busy = (field: Field, wait: number): FieldProblem => ({
  field,
  message: `Several people behind your address are signing in just now. Try again in ${wait} seconds.`,
})

export const unanswered = (field: Field, wait = 60): FieldProblem => ({
  field,
  message: `Cloudways does not answer, so nothing could be checked. Try again in ${wait > 60 ? 'a few minutes' : 'a minute'}.`,
})

const back = 'Go back to the client and connect again.'

export const foreign: ErrorPage = {
  title: 'Not from this site',
  message: 'The form was sent by a page of another site. Nothing was done.',
  next: `Enter credentials on this server's own page only. ${back}`,
}

export const unreadable: ErrorPage = {
  title: 'This cannot go on',
  message: 'The form did not arrive as this server sent it. Nothing was done.',
  next: back,
}

export const otherBrowser: ErrorPage = {
  title: 'Another browser began',
  message: 'This sign-in was begun in another browser, or cookies are switched off here.',
  next: 'Allow cookies for this site, then start again.',
}

export const expired: ErrorPage = {
  title: 'Time is up',
  message: 'This sign-in was open for too long.',
  next: 'Start again; if the client has stopped waiting, connect from there.',
}

export const tooOften: ErrorPage = {
  title: 'Too many attempts',
  message: 'These were too many wrong credentials for one sign-in.',
  next: 'Check them in the Cloudways platform, then start again.',
}

/** @param wait seconds. */
export function lockedOut(wait: number): ErrorPage {
  const minutes = Math.max(1, Math.ceil(wait / 60))
  return {
    title: 'Locked for a while',
    message: 'Too many wrong credentials came from your address, so it cannot sign in for now.',
    next: `Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, then start again.`,
  }
}

/** The text does not say whose account the page is for: anyone who holds the link could find that out. */
export const otherAccount = (byToken: boolean): FieldProblem => ({
  field: byToken ? 'access_token' : 'api_key',
  message:
    'These credentials are right, but this page is not for their account. Use the same access token, or the same email and API key, that your assistant is connected with: another token of the same account counts as another one.',
})
