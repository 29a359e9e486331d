/**
 * Sixteen jobs as people word them, each with the calls that a model makes and the facts that its answer stands on.
 * `before` is what the same job cost with one tool for each call of the API.
 */
import { expect } from 'vitest'
import { nights } from '../support/agency.ts'
import type { Agent, Cost } from './agent.ts'

export interface Job {
  asked: string
  before: Cost
  run(agent: Agent): Promise<void>
}

const before = (calls: number, errors: number, tokens: number): Cost => ({ calls, errors, tokens })

export const jobs: Job[] = [
  {
    asked: 'Anything wrong across my servers?',
    before: before(30, 1, 19_875),
    async run({ call, agency }) {
      const { data } = await call('account_health')
      const told = data.findings.map(({ kind, count, helps }: never) => [kind, count, helps])
      expect(told).toEqual([
        ['server_stopped', 1, { tool: 'start_server' }],
        ['service_down', 1, { tool: 'change_service_state', input: { state: 'start' } }],
        ['certificate_missing', 1, { tool: 'install_letsencrypt' }],
        ['domain_not_covered', 11, { tool: 'install_letsencrypt' }],
        ['certificate_not_renewing', 1, { tool: 'set_letsencrypt_auto_renewal', input: { auto: true } }],
        ['https_off', 4, { tool: 'enforce_app_https', input: { status: 'enable' } }],
      ])
      const [stopped, down] = data.findings
      expect(stopped.rows[0]).toMatchObject({ server: 'podcast-hub', apps: 4 })
      expect(down.rows[0]).toMatchObject({ server: 'bike-rental', service: 'mysql' })
      // Alerts of a full disk and of load, and the readings say otherwise.
      const states = new Set(data.alerts.map(({ state }: never) => state))
      expect(states).toEqual(new Set(['contradicted', 'not confirmed']))
      expect(data).toMatchObject({ checked: { servers: 12, apps: 48 }, continue_from: null })
      expect(agency.sandbox.mutations).toEqual([])
    },
  },
  {
    asked: 'The fitclub site is slow since yesterday. Why?',
    before: before(16, 0, 3189),
    async run({ call }) {
      const { data } = await call('diagnose_app', { app_id: 'www.fitclub.example' })
      expect(data).toMatchObject({
        verdict: 'degraded',
        server: { label: 'fitclub-eu' },
        caches: {
          app_varnish: false,
          sibling_apps_with_varnish: '0 of 3',
          server: { varnish: 'running', 'redis-server': 'off', memcached: 'running' },
        },
        cpu_idle_percent: { last_day: expect.any(Number), day_before: expect.any(Number) },
        last_deployment: null,
      })
      const page = data.findings.find(({ kind }: { kind: string }) => kind === 'slow_page')
      expect(page.evidence).toMatchObject({ url: '/checkout', mean_seconds: 2.8 })
    },
  },
  {
    asked: 'Which of my sites do not force HTTPS, and which have no certificate?',
    before: before(77, 23, 13_015),
    async run({ call }) {
      const certificates = await call('list_certificates', { problems_only: true })
      const none = certificates.data.certificates.filter(({ kind }: { kind: string }) => kind === 'none')
      expect(none).toMatchObject([
        {
          app: { label: 'mueller-blog' },
          problems: ['no certificate'],
          not_covered: ['blog.mueller.example'],
        },
      ])
      expect(certificates.data.counts).toEqual({ letsencrypt: 43, none: 5 })
      const { data } = await call('account_health')
      const off = data.findings.find(({ kind }: { kind: string }) => kind === 'https_off')
      expect(off.rows.map(({ app }: { app: string }) => app)).toEqual([
        'mueller-shop',
        'mueller-blog',
        'mueller-landing',
        'mueller-api',
      ])
    },
  },
  {
    asked: 'Clear the cache of https://www.bakery.example/.',
    before: before(2, 0, 137),
    async run({ call, agency }) {
      const { data } = await call('clear_app_cache', { app_id: 'https://www.bakery.example/' })
      expect(data.state).toBe('completed')
      expect(agency.app('bakery-shop').cache_purged).toBe(1)
    },
  },
  {
    asked: 'A customer at 198.51.100.77 can not reach the pet shop. Unblock them.',
    before: before(6, 0, 941),
    async run({ call, agency }) {
      const { data } = await call('unblock_ip', { server_id: 'petshop', ip: '198.51.100.77' })
      expect(data).toMatchObject({ removed: false, after: { platform: true } })
      expect(data.how_to_unblock).toMatch(
        /An allow list lifts no block\. A person does it in the .* the server, Security/,
      )
      expect(agency.server('petshop-us').blacklisted).toEqual(['198.51.100.77'])
    },
  },
  {
    asked: 'Deploy main of the museum API. And why did the last deployment fail?',
    before: before(9, 0, 993),
    async run({ call, agency, asked }) {
      const history = await call('get_git_deployment_history', { app_id: 'museum api' })
      expect(history.data.logs[0]).toMatchObject({
        branch_name: 'develop',
        result: 'failed',
        description: expect.stringContaining('Merge conflict in composer.json'),
      })
      const { data } = await call('git_pull', { app_id: 'museum api', branch_name: 'main' })
      expect(data).toMatchObject({
        deployment: { branch_name: 'main', result: 'ok' },
        branch: { from: 'develop', to: 'main' },
      })
      expect(asked.at(-1)).toContain('The last deployment failed.')
      const [next] = data.next_steps
      expect((await call(next.tool, next.input)).data.state).toBe('completed')
      expect(agency.app('museum-api').cache_purged).toBe(1)
    },
  },
  {
    asked: 'Back up the shop of nordlicht, then make a copy called nordlicht-redesign.',
    before: before(6, 0, 884),
    async run({ call }) {
      // Two apps fit these words. The answer tells them apart, and nothing is guessed.
      const unclear = await call('backup_app', { app_id: 'nordlicht shop' })
      expect(unclear.isError).toBe(true)
      expect(unclear.text).toContain('"id":"90021","server_id":"70011","label":"nordlicht-shop"')
      expect((await call('backup_app', { app_id: '90021' })).data.state).toBe('completed')
      const { data } = await call('clone_app', { app_id: '90021', app_label: 'nordlicht-redesign' })
      expect(data).toMatchObject({
        app_id: expect.any(String),
        domain: expect.stringContaining('.cloudwaysapps.com'),
      })
      expect(data.deletion).toContain('a person deletes it')
    },
  },
  {
    asked: 'Somebody broke the blog of the wine club this morning. Put it back to last night.',
    before: before(6, 0, 677),
    async run({ call, agency, asked }) {
      const { data } = await call('restore_app', {
        app_id: 'blog.wineclub.example',
        time: 'latest',
        backup_first: true,
      })
      expect(data.restore_point.time).toBe(`${nights[0]}Z`)
      expect(data.restore_point.age).toMatch(/^\d+ (minute|hour)s?$/)
      expect(data.undo.tool).toBe('rollback_app_restore')
      expect(agency.app('wineclub-blog').restored_from).toBe(nights[0])
      expect(asked.at(-1)).toContain('First a backup of the app is taken')
      const [next] = data.next_steps
      expect((await call(next.tool, next.input)).data.state).toBe('completed')
    },
  },
]
