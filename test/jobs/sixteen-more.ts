/** The second half of the jobs. */
import { expect } from 'vitest'
import type { Job } from './sixteen.ts'

const kindsOf = ({ findings }: { findings: { kind: string }[] }) => findings.map(({ kind }) => kind)

export const moreJobs: Job[] = [
  {
    asked: 'The podcast hub is down. Get it back.',
    before: { calls: 5, errors: 0, tokens: 1253 },
    async run({ call, agency }) {
      const { data } = await call('account_health', { server_id: 'podcast hub' })
      expect(data.findings[0]).toMatchObject({ kind: 'server_stopped', helps: { tool: 'start_server' } })
      const started = await call('start_server', { server_id: 'podcast hub' })
      expect(started.data).toMatchObject({ state: 'completed', undo: { tool: 'stop_server' } })
      expect(agency.server('podcast-hub').status).toBe('running')
    },
  },
  {
    asked: 'Our developer at 192.0.2.44 needs SFTP to the bakery. Which user do they take?',
    before: { calls: 6, errors: 0, tokens: 551 },
    async run({ call, agency }) {
      const { data } = await call('get_app_credentials', { app_id: 'www.bakery.example' })
      expect(data).toMatchObject({
        host: agency.server('bakery-and-co').public_ip,
        folder: 'public_html',
        app_creds: [{ sys_user: 'deploy90221', sys_password: '[hidden]' }],
      })
      expect(data.port).toMatch(/^22/)
      expect(data.users).toContain('give people one of these')
      const allowed = await call('update_whitelisted_ips', {
        server_id: 'www.bakery.example',
        tab: 'sftp',
        add: ['192.0.2.44'],
      })
      expect(allowed.data).toMatchObject({
        before: { ips: ['203.0.113.9'] },
        after: { ips: ['203.0.113.9', '192.0.2.44'], policy: 'block_all' },
      })
    },
  },
  {
    asked: 'How full are the disks, and which apps are the biggest?',
    before: { calls: 14, errors: 0, tokens: 3320 },
    async run({ call }) {
      const { data } = await call('disk_report')
      expect(data.servers).toHaveLength(12)
      expect(data.servers[0]).toMatchObject({ used_percent: 40, disk_mb: 61_440, free_mb: 36_864 })
      expect(data.apps[0]).toMatchObject({ label: 'nordlicht-api', size_mb: 602.4 })
      // A copy that was made today has no size yet, and that is told.
      expect(data.not_checked).toMatchObject([{ what: 'size of 1 of 5 apps on server 70011' }])
    },
  },
  {
    asked: 'The bike rental says that it has no database. Fix it.',
    before: { calls: 10, errors: 0, tokens: 1244 },
    async run({ call, agency, asked }) {
      const { data } = await call('account_health', { server_id: 'bike rental' })
      expect(kindsOf(data)).toContain('service_down')
      const input = { server_id: 'bike rental', service: 'mysql', state: 'start' }
      const started = await call('change_service_state', input)
      expect(started.data).toMatchObject({ status: 'running', undo: { input: { state: 'stop' } } })
      expect(agency.server('bike-rental').services.mysql).toBe('running')
      const again = await call('diagnose_app', { app_id: 'www.bikes.example' })
      expect(kindsOf(again.data)).not.toContain('service_down')
      expect(asked.filter((message) => message.includes('Apps that need'))).toEqual([])
    },
  },
  {
    asked: 'Renew the certificate of www.alpina.example and let it renew by itself.',
    before: { calls: 5, errors: 0, tokens: 585 },
    async run({ call }) {
      const { data } = await call('renew_letsencrypt', { app_id: 'www.alpina.example' })
      expect(data).toMatchObject({ state: 'completed', certificate: { not_covered: ['alpina.example'] } })
      const renewing = await call('set_letsencrypt_auto_renewal', {
        app_id: 'www.alpina.example',
        auto: true,
      })
      expect(renewing.data.certificate).toMatchObject({ auto_renewal: true, covers: ['www.alpina.example'] })
    },
  },
  {
    asked: 'Who hammers the nordlicht shop, and what do they ask for?',
    before: { calls: 4, errors: 0, tokens: 494 },
    async run({ call }) {
      const { data } = await call('get_app_analytics_traffic', {
        app_id: 'www.nordlicht.example',
        duration: '1h',
        resource: ['top_ips', 'top_urls', 'top_bots'],
      })
      expect(data.result.top_ips.rows[0]).toEqual({ ip: '198.51.100.4', count: 640 })
      expect(data.result.top_urls.rows[0]).toEqual({ url: '/', count: 900 })
      expect(data.result.top_ips.from).toMatch(/Z$/)
      const block = await call('block_ip', { ip: '198.51.100.4' })
      expect(block.text).toMatch(/add_app_ip_rule cannot be called here.*A person does it/)
    },
  },
  {
    asked: 'Make a new WordPress site on agency-internal.',
    before: { calls: 3, errors: 1, tokens: 273 },
    async run({ call, agency }) {
      const mutations = agency.sandbox.mutations.length
      const { isError, text } = await call('create_app', { server_id: 'agency-internal' })
      expect(isError).toBe(true)
      expect(text).toMatch(/create_app cannot be called here.*A person does it .* Add Application\./)
      expect(text).toContain('Afterwards update_app_cname, install_letsencrypt and enforce_app_https')
      expect(agency.sandbox.mutations).toHaveLength(mutations)
    },
  },
  {
    asked: 'Move the landing page of mueller to hotel-alpina and delete the old one.',
    before: { calls: 3, errors: 1, tokens: 309 },
    async run({ call, agency }) {
      const move = await call('move_app', { app_id: 'landing.mueller.example' })
      expect(move.text).toMatch(/clone_app_to_server cannot be called here.*A person does it/)
      expect(move.text).toContain('clone_app copies on the same server only')
      const remove = await call('delete_app', { app_id: 'landing.mueller.example' })
      expect(remove.text).toMatch(/delete_app cannot be called here.*A person does it/)
      expect(agency.app('mueller-landing').label).toBe('mueller-landing')
    },
  },
]
