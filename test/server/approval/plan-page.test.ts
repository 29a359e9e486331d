/** What the page of a plan says first: what is done to what, who asks, on which account, and how bad it is. */
import { expect, it } from 'vitest'
import { planPage } from '../../../src/server/approval/plan-page.ts'
import { account, own, site, startForEach } from './confirm-site.ts'
import { createBrowser, pendingOf, planOf } from './person.ts'

startForEach()

type View = Partial<Parameters<typeof planPage>[0]>

const render = async (plan: Parameters<typeof planOf>[0] = {}, view: View = {}) =>
  String(await planPage({ plan: planOf(plan), action: '/', token: 't', secondsLeft: 60, ...view }))

const text = (html: string) => html.replace(/<[^>]+>/g, '')

const headingOf = (html: string) => text(/<h1>(.*?)<\/h1>/s.exec(html)?.[1] as string)

const server = { id: '4711', label: 'web', status: 'running' }
const app = { id: '90', label: 'shop', domain: null }

it.each([
  ['Restart server', { server }, 'Restart server web?'],
  ['Grow volume of a server', { server }, 'Grow volume of server web?'],
  ['Switch SSH of an app', { server, app }, 'Switch SSH of app shop?'],
  ['Clear app cache', { app }, 'Clear app cache on app shop?'],
  ['Create app', { server }, 'Create app on server web?'],
  ['Clone app to another server', { server }, 'Clone app to another server: server web?'],
  ['Move domains to another app', { server, app }, 'Move domains to another app: app shop?'],
  ['Restart server', { server: { ...server, label: '' } }, 'Restart server 4711?'],
  ['Create server', {}, 'Create server?'],
])('the heading of "%s" names the target', async (title, target, wanted) => {
  const page = await render({ title, target })
  expect(headingOf(page)).toBe(wanted)
  expect(text(/<title>(.*?)<\/title>/s.exec(page)?.[1] as string)).toBe(wanted)
})

it('a label in the heading stands apart, and hides nothing', async () => {
  const page = await render({
    title: 'Restart server',
    target: { server: { ...server, label: 'a\u202E<b>' } },
  })
  expect(page).toContain('<h1>Restart server <bdi>a[U+202E]&lt;b&gt;</bdi>?</h1>')
})

it.each([
  ['write', 'calm'],
  ['disruptive', 'warn'],
  ['destructive', 'bad'],
] as const)('%s has one colour on icon, badge and button', async (risk, tone) => {
  const page = await render({ risk })
  expect(page).toContain(`class="mark ${tone}"`)
  expect(page).toContain(`class="risk ${tone}"`)
  expect(page).toContain(`class="main ${tone}"`)
  expect(page.includes('Can not be undone')).toBe(risk === 'destructive')
})

it('says who asks as its own claim, which host proves, and nothing where nobody knows', async () => {
  expect(text(await render())).not.toContain('Who asks')
  const claimed = text(await render({}, { asker: { name: 'Claude <Code>' } }))
  expect(claimed).toContain('Claude &lt;Code&gt; as it calls itself; nobody has checked it')
  const proven = text(await render({}, { asker: { name: 'Claude', host: 'claude.ai' } }))
  expect(proven).toContain('Claude as it calls itself, published by claude.ai')
})

it('says on which account', async () => {
  expect(text(await render())).toContain('in the Cloudways account that it is connected with.')
  expect(text(await render({ account: 'shop' }))).toContain('in your Cloudways account shop.')
  expect(text(await render({}, { sandbox: true }))).toContain('in the sandbox, where nothing is real.')
})

it('each client has a page of its own for the same change, and the same client the same page', async () => {
  const pending = pendingOf(account)
  const { openPage } = site.auth.approvals
  const [one, again, other, unknown] = await Promise.all([
    openPage(pending, { name: 'Claude Code' }),
    openPage(pending, { name: 'Claude Code' }),
    openPage(pending, { name: 'Cursor' }),
    openPage(pending),
  ])
  expect(again.url).toBe(one.url)
  expect(new Set([one.url, other.url, unknown.url]).size).toBe(3)
  const person = createBrowser()
  expect((await person.signIn(other.url, own())).text).toContain('<bdi class="host">Cursor</bdi>')
  expect((await person.get(unknown.url)).text).not.toContain('Who asks')
})
