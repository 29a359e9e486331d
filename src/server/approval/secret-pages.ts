/**
 * The pages of a one-time link: a question, then the secrets.
 *
 * @module
 */
import { html } from 'hono/html'
import type { FoundSecrets } from '../../core/types/plan.ts'
import { type Html, icon, icons, page } from '../pages/layout.ts'
import { spelledOut } from '../pages/spelled-out.ts'

export type Found = Omit<FoundSecrets, 'account'>

/** Shown any number of times: a program that opens links on its own must not use the link up. */
export function askPage(action: string, token: string): Html {
  return page(
    'Show the passwords?',
    html`${icon(icons.key)}
<h1>Show the passwords?</h1>
<p>They are shown once, on the next page, and are then gone from this server.</p>
<p class="soft">Look around first: whoever sees your screen sees them too.</p>
<form method="post" action="${action}">
<input type="hidden" name="token" value="${token}">
<div class="buttons"><button class="main" name="action" value="show">Show</button></div>
</form>`,
  )
}

export function secretsPage({ tool, target, values }: Found): Html {
  const rows = Object.entries(values).map(
    // The value is unchanged, because people copy it: invisible characters are part of a password.
    ([path, value]) =>
      html`<div><dt><bdi>${spelledOut(path)}</bdi></dt><dd><code class="value">${value}</code></dd></div>`,
  )
  const of = [
    target.app_id && `app ${spelledOut(target.app_id, 60)}`,
    target.server_id && `server ${spelledOut(target.server_id, 60)}`,
  ].filter(Boolean)
  return page(
    'Passwords',
    html`${icon(icons.key)}
<h1>Passwords${of.length > 0 && ` of ${of.join(', ')}`}</h1>
<p role="status">They are gone from this server now. Copy what you need before you leave this page.</p>
<dl class="facts">${rows}</dl>
<p class="hint">What <code>${spelledOut(tool, 100)}</code> found. Do not paste them into a chat.</p>`,
    { wide: true },
  )
}
