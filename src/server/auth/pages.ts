/**
 * The pages people see. No script; every value goes through the template, which escapes it.
 *
 * @module
 */
import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Client } from './client-metadata.ts'
import { opensApp, redirectHost } from './redirect.ts'
import type { Scope } from './scopes.ts'
import { style } from './styles.ts'
import type { FieldProblem } from './verify.ts'

export { style } from './styles.ts'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export interface SignInPage {
  ticket: string
  client: Client
  redirectUri: string
  /** Preselected. */
  scopes: readonly Scope[]
  /** Whether email and API key are offered. */
  hasExchange: boolean
  /** Seconds. */
  tokenLifetime: number
  email?: string
  problem?: FieldProblem
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

export interface DonePage {
  /** Where the browser goes on. Without it, the page is the end. */
  url?: string
  client: Client
  outcome: 'signed in' | 'cancelled'
}

const nameOf = ({ name }: Client) => name || 'an MCP client'

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

function page(title: string, body: Html, rest: { footer?: Html; refresh?: string } = {}): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
${rest.refresh && html`<meta http-equiv="refresh" content="0;url=${rest.refresh}">`}
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>${body}</main>
${rest.footer && html`<footer>${rest.footer}</footer>`}
</body>
</html>`
}

const icon = (path: string, kind = '') => html`<span class="mark ${kind}"><svg width="24" height="24"
viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"
stroke-linejoin="round" aria-hidden="true">${raw(path)}</svg></span>`

const icons = {
  cloud:
    '<path d="M7 18.5a4.5 4.5 0 0 1-.6-8.96 6 6 0 0 1 11.5 1.03A4 4 0 0 1 17.5 18.5z"/><path d="m9.5 14 2 2 3.5-4"/>',
  stop: '<path d="M12 8v5"/><path d="M12 16.5h.01"/><path d="M10.3 3.9 2.6 17.2A2 2 0 0 0 4.3 20h15.4a2 2 0 0 0 1.7-2.8L13.7 3.9a2 2 0 0 0-3.4 0z"/>',
  done: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
}

export function signInPage(view: SignInPage): Html {
  const { client, problem, hasExchange } = view
  const name = nameOf(client)
  return page(
    `${problem ? 'Not signed in: ' : ''}Connect ${name} to Cloudways`,
    html`${icon(icons.cloud)}
<h1>Connect ${name} to your Cloudways account</h1>
${whereTo(view)}
<form method="post" action="/authorize/sign-in" novalidate>
<input type="hidden" name="ticket" value="${view.ticket}">
<label class="name" for="access_token">Access token</label>
<p class="hint" id="token_hint">From the <a href="https://platform.cloudways.com/api" target="_blank"
rel="noopener noreferrer">Cloudways platform</a>, begins with cw_</p>
${field('access_token', 'password', problem, { autocomplete: 'off', describedBy: 'token_hint', focus: !problem })}
${hasExchange && emailAndKey(view)}
${choices(view.scopes, name)}
<div class="buttons">
<button class="main" name="action" value="sign-in">Sign in and allow</button>
<button class="plain" name="action" value="cancel" formnovalidate>Cancel</button>
</div>
</form>`,
    { footer: footer(view, name) },
  )
}

/** The one proven fact about a client is where it is answered, so that is what a person is shown. */
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

function field(
  name: FieldProblem['field'],
  type: 'text' | 'email' | 'password',
  problem: FieldProblem | undefined,
  options: { autocomplete: string; value?: string; describedBy?: string; focus?: boolean },
): Html {
  const wrong = problem?.field === name
  const described = [options.describedBy, wrong && 'problem'].filter(Boolean).join(' ')
  return html`<input id="${name}" name="${name}" type="${type}" value="${options.value ?? ''}"
autocomplete="${options.autocomplete}" autocapitalize="none" autocorrect="off" spellcheck="false"
${described && html`aria-describedby="${described}"`} ${wrong && raw('aria-invalid="true"')}
${(wrong || options.focus) && raw('autofocus')}>
${wrong && html`<p class="problem" id="problem" role="alert">${problem.message}</p>`}`
}

function emailAndKey({ email, problem }: SignInPage): Html {
  const open = Boolean(email) || problem?.field === 'email' || problem?.field === 'api_key'
  return html`<details ${open && raw('open')}>
<summary>Use email and API key instead</summary>
<div>
<label class="name" for="email">Email</label>
${field('email', 'email', problem, { autocomplete: 'username', value: email })}
<label class="name" for="api_key">API key</label>
${field('api_key', 'password', problem, { autocomplete: 'off' })}
</div>
</details>`
}

function choices(chosen: readonly Scope[], client: string): Html {
  const choice = (scope: Scope, title: string, text: string, kind = '') => html`<label class="${kind}">
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

/** The browser goes on by itself; the link is for those that ask for a click first, as some do before an app. */
export function donePage({ url, client, outcome }: DonePage): Html {
  const done = outcome === 'signed in'
  const name = nameOf(client)
  const title = done ? 'You are signed in' : 'Cancelled'
  const told = done ? 'is connected' : 'is told that you cancelled'
  if (!url) return endPage(title, `${capital(name)} ${told}. You may close this page.`, done)
  const what = opensApp(url)
    ? html`${capital(name)} opens now and ${told}.`
    : html`You go back to ${name} now, which ${told}.`
  return page(
    title,
    html`${icon(done ? icons.done : icons.stop, done ? '' : 'bad')}
<h1>${title}</h1>
<p>${what} After that you may close this page.</p>
<div class="buttons"><a class="button main" href="${url}">${opensApp(url) ? 'Open' : 'Go on to'} ${name}</a></div>`,
    { refresh: url },
  )
}

function endPage(title: string, text: string, done: boolean): Html {
  return page(
    title,
    html`${icon(done ? icons.done : icons.stop, done ? '' : 'bad')}
<h1>${title}</h1>
<p role="status">${text}</p>`,
  )
}
