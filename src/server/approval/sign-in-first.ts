/**
 * The sign-in before a gated page.
 *
 * @module
 */
import { html } from 'hono/html'
import { type CredentialFields, credentialFields } from '../pages/credential-fields.ts'
import { type Html, icon, icons, page } from '../pages/layout.ts'

interface SignInFirst extends CredentialFields {
  title: string
  lead: string
  button: string
  action: string
  ticket: string
}

export function signInFirstPage(view: SignInFirst): Html {
  return page(
    `${view.problem ? 'Not signed in: ' : ''}${view.title}`,
    html`${icon(icons.cloud)}
<h1>${view.title}</h1>
<p class="soft">${view.lead}</p>
<p class="soft">Use the access token, or the email and API key, that the assistant is connected with.</p>
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
