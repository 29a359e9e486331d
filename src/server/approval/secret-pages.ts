/**
 * The pages of a one-time link: the question, then the secrets.
 *
 * @module
 */
import { html } from 'hono/html'
import type { FoundSecrets } from '../../core/types/plan.ts'
import { type Html, icon, icons, page } from '../pages/layout.ts'
import { visible } from '../pages/spelled-out.ts'

export type Found = Omit<FoundSecrets, 'account'>

/** Shown before, as often as one likes: what opens links on its own must not use them up. */
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
    // The value as it is, to be copied: what is invisible in it belongs to it.
    ([path, value]) =>
      html`<div><dt><bdi>${visible(path)}</bdi></dt><dd><code class="value">${value}</code></dd></div>`,
  )
  const of = [
    target.app_id && `app ${visible(target.app_id, 60)}`,
    target.server_id && `server ${visible(target.server_id, 60)}`,
  ].filter(Boolean)
  return page(
    'Passwords',
    html`${icon(icons.key)}
<h1>Passwords${of.length > 0 && ` of ${of.join(', ')}`}</h1>
<p role="status">They are gone from this server now. Copy what you need before you leave this page.</p>
<dl class="facts">${rows}</dl>
<p class="hint">What <code>${visible(tool, 100)}</code> found. Do not paste them into a chat.</p>`,
    { wide: true },
  )
}
