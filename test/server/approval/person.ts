/** A person at the pages of the server: a scripted browser with its own cookies, over real HTTP. */
import { once } from 'node:events'
import { serve } from '@hono/node-server'
import { expect } from 'vitest'
import { accountOf } from '../../../src/api/credentials.ts'
import { readRecord } from '../../../src/base/record.ts'
import type { PendingPlan, Plan } from '../../../src/core/types/plan.ts'
import type { Sandbox } from '../../../src/sandbox/index.ts'
import type { AuthOptions } from '../../../src/server/oauth/options.ts'
import type { Storage } from '../../../src/types.ts'
import { freePort } from '../../support/redis.ts'
import { createSite, type Site } from '../oauth/support.ts'

export interface ListeningSite extends Site {
  origin: string
  close(): Promise<void>
}

/** Sites that do not listen, by their origin. */
const unheard = new Map<string, Site>()

/** A sign-in server on https, where a cookie proves who is there. No port is involved. */
export async function secureSite(options: Partial<AuthOptions> = {}): Promise<ListeningSite> {
  const origin = options.baseUrl ?? 'https://tools.example.com'
  const site = createSite({ baseUrl: origin, ...options })
  unheard.set(origin, site)
  return { ...site, origin, close: async () => void unheard.delete(origin) }
}

/** A sign-in server on http://localhost that listens. */
export async function listeningSite(
  options: Partial<AuthOptions> = {},
  sandbox?: Sandbox,
): Promise<ListeningSite> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const site = createSite({ baseUrl: origin, ...options }, sandbox)
  const server = serve({ fetch: site.app.fetch, port, hostname: 'localhost', overrideGlobalObjects: false })
  await once(server, 'listening')
  return {
    ...site,
    origin,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

export interface Answer {
  status: number
  text: string
  headers: Headers
  /** The hidden fields of the form. */
  hidden: Record<string, string>
}

export interface Browser {
  cookies: Map<string, string>
  get(url: string, init?: RequestInit): Promise<Answer>
  /** Send a form, as this browser would from a page of the server. */
  post(url: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>
  /** Open the page and sign in there. @returns what the browser shows in the end. */
  signIn(url: string, fields: Record<string, string>): Promise<Answer>
  /** Sign in on the page, and press a button of the page that follows. The way on localhost, where no cookie counts. */
  decide(
    url: string,
    credentials: Record<string, string>,
    action: string,
    fields?: Record<string, string>,
  ): Promise<Answer>
  /** Open the page and press a button. */
  press(url: string, action: string, fields?: Record<string, string>): Promise<Answer>
}

export function createBrowser(): Browser {
  const cookies = new Map<string, string>()

  async function send(url: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    if (cookie && !headers.has('cookie')) headers.set('cookie', cookie)
    const there = unheard.get(new URL(url).origin)
    const request = { redirect: 'manual', ...init, headers } as const
    const response = await (there ? there.send(url, request) : fetch(url, request))
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) as unknown as [string, string, string]
      cookies.set(name, value)
    }
    const text = await response.text()
    const fields = text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)
    const hidden = Object.fromEntries([...fields].map(([, name, value]) => [name, value]))
    return { status: response.status, text, headers: response.headers, hidden }
  }

  const browser: Browser = {
    cookies,
    get: send,
    post(url, fields, headers = {}) {
      const { origin } = new URL(url)
      const own = { origin, 'sec-fetch-site': 'same-origin', ...headers }
      return send(url, { method: 'POST', headers: own, body: new URLSearchParams(fields) })
    },
    async signIn(url, fields) {
      const page = await send(url)
      const answer = await browser.post(url, { ...page.hidden, action: 'sign-in', ...fields })
      const next = answer.headers.get('location')
      return next ? send(new URL(next, url).href) : answer
    },
    async decide(url, credentials, action, fields = {}) {
      const page = await browser.signIn(url, credentials)
      return browser.post(url, { ...page.hidden, ...fields, action })
    },
    async press(url, action, fields = {}) {
      const page = await send(url)
      return browser.post(url, { ...page.hidden, ...fields, action })
    },
  }
  return browser
}

export const accountOfToken = (accessToken: string) => accountOf({ accessToken })

/** Words of the plan. No page may show them before a sign-in. */
export const words = ['Restart the server', 'web-berlin', '70011471', 'bakery.example', '/server/restart']

export function planOf(changes: Partial<Plan> = {}): Plan {
  return {
    tool: 'restart_server',
    title: 'Restart the server',
    risk: 'disruptive',
    input: { server_id: '70011471' },
    request: { method: 'POST', path: '/server/restart', body: { server_id: '70011471' } },
    target: { server: { id: '70011471', label: 'web-berlin', status: 'running' } },
    now: { status: 'running' },
    affected: [{ id: '90', label: 'Bakery', domain: 'bakery.example' }],
    impact: 'Every app on the server goes offline while it restarts.',
    downtime: 'a minute or two',
    undo: null,
    undo_call: null,
    cost: null,
    needs: { confirmation: true, type_name: null, first: null },
    ...changes,
  }
}

let count = 0

export function pendingOf(account: string, changes: Partial<PendingPlan> = {}): PendingPlan {
  const at = count++
  const bound = { binding: `binding-${at}`, refusal: `refusal-${at}`, seal: 'seal' }
  return { ...bound, plan: planOf(), account, lifetime: 300, ...changes }
}

/** What the page left: the answer, without the seal that the toolkit gave it. */
export async function grantOf(storage: Storage, { binding, refusal, seal }: PendingPlan) {
  if ((await storage.get(`confirm:refused:${refusal}`)) !== null) return { approved: false }
  const left = await readRecord<Record<string, unknown>>(storage, `confirm:grant:${binding}`, {
    isValid: Boolean,
  })
  if (left) expect(left.seal).toBe(seal)
  return left && { ...left, seal: undefined }
}
