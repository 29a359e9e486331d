/** /secret: a person sees passwords once, and the model never does. @module */
import { html } from 'hono/html'
import type { FoundSecrets, KeepSecrets } from '../../core/types/plan.ts'
import type { Decided } from '../oauth/events.ts'
import type { Settings } from '../oauth/options.ts'
import { createSealedStore } from '../oauth/secrets.ts'
import type { KnownBrowsers } from '../oauth/ticket.ts'
import { sandboxToken } from '../pages/credential-fields.ts'
import { pageHeaders, showError } from '../pages/http.ts'
import { type Html, icon, icons, page, spelledOut } from '../pages/layout.ts'
import type { ErrorPage } from '../pages/pages.ts'
import type { GatedPage, Held } from './gated.ts'
import { createGatedPages } from './gated-page.ts'

const linkSeconds = 300

export function createSecretLinks(settings: Settings, browsers: KnownBrowsers) {
  const links = createSealedStore<Held<Found>>(settings, 'secret:link', ['account', 'value'])

  const page: GatedPage<Found> = {
    name: 'secret',
    signIn,
    gone,
    find: links.find,
    async show(c, { action, token }) {
      return c.html(await askPage(action, token), 200, pageHeaders())
    },
    async act(c, { action, token, id }, form) {
      if (form.action !== 'show') return c.html(await askPage(action, token), 400, pageHeaders())
      const taken = await links.take(id)
      if (!taken) return showError(c, 404, gone)
      const address = settings.addressOf(c)
      settings.emit({ type: 'secret_shown', account: taken.account, address, decision: shown(taken.value) })
      return c.html(await secretsPage(taken.value), 200, pageHeaders('', copyScript))
    },
  }

  const onSecrets: KeepSecrets = async ({ account, ...found }) => {
    const expiresAt = settings.now() + linkSeconds * 1000
    const id = await links.keep({ account, expiresAt, value: found })
    // A blank stands behind the address: programs take a comma for a part of it.
    const where = `${settings.issuer}/secret/${id} (for ${linkSeconds / 60} minutes).`
    const how = (await gated.open(id, expiresAt))
      ? `They wait on a page in the browser of this computer. A person who does not see it signs in with this account at ${where}`
      : `A person who signs in with this account sees them once at ${where}`
    return settings.sandbox ? `${how} ${sandboxToken.answer}` : how
  }
  const gated = createGatedPages(settings, browsers, page)
  return { onSecrets, routes: gated.routes }
}

const shown = ({ tool, target }: Found): Decided => ({
  ...{ tool, target, input: target },
  ...{ risk: 'read', rule: 'confirmed', outcome: 'shown' },
})

const signIn = {
  title: 'Passwords wait for you',
  lead: 'Your assistant gave you this link, so that it need not see them. Sign in to see them.',
  button: 'Sign in',
  reason: 'to see secrets',
}

const gone: ErrorPage = {
  title: 'Nothing waits here',
  message: 'What was here has been shown, or its time is over, or the link is not complete.',
  next: 'Ask your assistant for the passwords again. If you have not seen them, somebody else in your account may have.',
}

export type Found = Omit<FoundSecrets, 'account'>

/** Shown any number of times: a program that opens links on its own must not use the link up. */
function askPage(action: string, token: string): Html {
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

/** A copy button for each value. Without it the value is marked by a click, as a person expects it. */
const copyScript = `
for (const button of document.querySelectorAll('button.copy')) {
  button.hidden = false
  button.addEventListener('click', async () => {
    const value = button.previousElementSibling
    const [word] = button.childNodes
    const say = (text) => {
      word.data = text
      document.getElementById('said').textContent = text + button.lastElementChild.textContent
    }
    try {
      await navigator.clipboard.writeText(value.textContent)
      say('Copied')
    } catch {
      getSelection().selectAllChildren(value)
      say('Marked, not copied')
    }
    setTimeout(() => { word.data = 'Copy' }, 4000)
  })
}
`

/** In a person's words where the answer names a user, otherwise the path of the field. */
function labelsOf({ values, users = {}, isNew }: Found): Map<string, string> {
  const paths = Object.keys(values)
  const words = paths.map((path) => {
    if (!/(?:^|[._])pass(?:word)?$/.test(path)) return path
    if (users[path]) return `Password of ${users[path]}`
    return isNew ? 'New password' : path
  })
  const isOne = (label: string) => words.filter((other) => other === label).length === 1
  return new Map(
    words.map((label, at) => [paths[at] as string, isOne(label) ? label : (paths[at] as string)]),
  )
}

function secretsPage(found: Found): Html {
  const { tool, target, values } = found
  const labels = labelsOf(found)
  const rows = Object.entries(values).map(
    // The value is unchanged, because people copy it: invisible characters are part of a password.
    ([path, value]) => {
      const label = spelledOut(labels.get(path) as string)
      return html`<div><dt><bdi>${label}</bdi></dt><dd class="copyable"><code class="value">${value}</code>
<button class="plain copy" type="button" hidden>Copy<span class="unseen"> ${label}</span></button></dd></div>`
    },
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
<p class="hint">What <code>${spelledOut(tool, 100)}</code> found. Do not paste them into a chat.</p>
<p class="unseen" role="status" id="said"></p>`,
    { wide: true, script: copyScript },
  )
}
