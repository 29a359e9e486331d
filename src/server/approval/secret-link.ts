/**
 * /secret: passwords for a person, once, past the model.
 *
 * @module
 */
import type { Hono } from 'hono'
import type { KeepSecrets } from '../../core/types/plan.ts'
import { clientAddress } from '../attempts/address.ts'
import type { Decided } from '../oauth/events.ts'
import { pageHeaders } from '../oauth/guard.ts'
import type { Settings } from '../oauth/options.ts'
import { showError } from '../pages/guard.ts'
import type { ErrorPage } from '../pages/pages.ts'
import { style } from '../pages/styles.ts'
import { type Door, doorRoutes } from './gated-page.ts'
import type { Persons } from './known-browsers.ts'
import { createHolder } from './sealed-store.ts'
import { askPage, type Found, secretsPage } from './secret-pages.ts'

/** Seconds. */
const lifetime = 300

export interface SecretLinks {
  onSecrets: KeepSecrets
  routes: Hono
}

export function createSecretLinks(settings: Settings, persons: Persons): SecretLinks {
  const links = createHolder<Found>(settings, 'secret:link')

  const door: Door<Found> = {
    name: 'secret',
    gate,
    gone,
    find: links.find,
    async show(c, { action, token }) {
      return c.html(await askPage(action, token), 200, headers)
    },
    async act(c, visit, form) {
      const { action, token, id } = visit
      if (form.action !== 'show') return c.html(await askPage(action, token), 400, headers)
      const taken = await links.take(id)
      if (!taken) return showError(c, 404, gone)
      const address = clientAddress(c.req.raw.headers, c.env, settings.trustProxy)
      settings.emit({ type: 'secret_shown', account: taken.account, address, decision: shown(taken.value) })
      return c.html(await secretsPage(taken.value), 200, headers)
    },
  }

  return {
    async onSecrets({ account, ...found }) {
      const expiresAt = settings.now() + lifetime * 1000
      const id = await links.keep({ account, expiresAt, value: found })
      return `A person who signs in with this account sees them once at ${settings.issuer}/secret/${id}, for ${lifetime / 60} minutes.`
    },
    routes: doorRoutes(settings, persons, door),
  }
}

const headers = pageHeaders(style)

const shown = ({ tool, target }: Found): Decided => ({
  ...{ tool, target, input: target },
  ...{ risk: 'read', rule: 'confirmed', outcome: 'shown' },
})

const gate = {
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
