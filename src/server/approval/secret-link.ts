/**
 * /secret: a person sees passwords once, and the model never does.
 *
 * @module
 */
import type { Hono } from 'hono'
import type { KeepSecrets } from '../../core/types/plan.ts'
import { clientAddress } from '../attempts/address.ts'
import type { Decided } from '../oauth/events.ts'
import type { Settings } from '../oauth/options.ts'
import { showError } from '../pages/guard.ts'
import { pageHeaders } from '../pages/headers.ts'
import type { ErrorPage } from '../pages/pages.ts'
import { type GatedPage, gatedPageRoutes, type Held } from './gated-page.ts'
import type { KnownBrowsers } from './known-browsers.ts'
import { createSealedStore } from './sealed-store.ts'
import { askPage, type Found, secretsPage } from './secret-pages.ts'

const linkSeconds = 300

interface SecretLinks {
  onSecrets: KeepSecrets
  routes: Hono
}

export function createSecretLinks(settings: Settings, browsers: KnownBrowsers): SecretLinks {
  const links = createSealedStore<Held<Found>>(settings, 'secret:link')

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
      const address = clientAddress(c.req.raw.headers, c.env, settings.trustProxy)
      settings.emit({ type: 'secret_shown', account: taken.account, address, decision: shown(taken.value) })
      return c.html(await secretsPage(taken.value), 200, pageHeaders())
    },
  }

  return {
    async onSecrets({ account, ...found }) {
      const expiresAt = settings.now() + linkSeconds * 1000
      const id = await links.keep({ account, expiresAt, value: found })
      return `A person who signs in with this account sees them once at ${settings.issuer}/secret/${id}, for ${linkSeconds / 60} minutes.`
    },
    routes: gatedPageRoutes(settings, browsers, page),
  }
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
  message: 'What was here has been shown, or its five minutes are over, or the link is not complete.',
  next: 'Ask your assistant for the passwords again. If you have not seen them, somebody else in your account may have.',
}
