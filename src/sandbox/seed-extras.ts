import { type Planter, uuid } from './plant.ts'
import type { App } from './state.ts'
import type { AccountExtras, DnsDomain, DnsRecord, Extension, Queue } from './state-extras.ts'

/** The fields of a record that a client need not send. */
export const usualAttributes = {
  failed: false,
  source: 1,
  monitor: false,
  failover: false,
  hardLink: false,
  dynamicDns: false,
  gtdLocation: 'DEFAULT',
}

export const dnsRecord = (
  planter: Planter,
  type: string,
  attributes: { name: string; value: string; ttl: number },
): DnsRecord => ({ uid: uuid(planter.random), type, attributes: { ...usualAttributes, ...attributes } })

export const dnsDomain = (planter: Planter, name: string): DnsDomain => ({
  uid: uuid(planter.random),
  name,
  query_usage: '0.00',
  status: 'Inactive',
  nameservers: ['ns10.dns.example', 'ns11.dns.example'],
  records: [],
  usage: [],
})

/** @param mark a digit of every id: two accounts never have one in common. */
function seedDns(planter: Planter, mark: string): DnsDomain {
  const ids = [1, 2, 3, 4, 5, 6].map((number) => `5b1d7c52-8f39-4a0f-9b35-${mark}f2f5a1f6a1${number}`)
  const record = (type: string, name: string, value: string, ttl = 3600): DnsRecord => ({
    ...dnsRecord(planter, type, { name, value, ttl }),
    uid: ids.shift()!,
  })
  return {
    ...dnsDomain(planter, 'example.com'),
    uid: `${mark}f5a6ad8-3c0c-4c52-9a64-8a1b2f9f0e77`,
    status: 'Active',
    query_usage: '0.42',
    records: [
      record('A', 'www', '203.0.113.10'),
      record('A', '', '203.0.113.10'),
      record('MX', '', 'mail.example.com.'),
      record('TXT', '', '"v=spf1 include:mail.example ~all"', 300),
      record('TXT', '_vendor', `"${planter.note('vendor-check=on', 'dns')}"`),
      // A secret that everybody can look up, as a careless customer would leave it.
      record('TXT', '_backup', `"api_key=${planter.secret('dns-key')}"`),
    ],
    usage: [
      { date: '2026-05-01', query_usage: 12 },
      { date: '2026-05-02', query_usage: 30 },
    ],
  }
}

/** @param prefix put before domains: two accounts never have the same. */
export const seedExtras = (planter: Planter, offset: number, prefix: string): AccountExtras => ({
  dns: [{ ...seedDns(planter, prefix === '' ? '0' : '1'), name: `${prefix}example.com` }],
  addons: [{ id_user_addons: String(901 + offset), addon_id: '4', package_id: '3' }],
  serverAddons: [],
  addonOrders: [],
  emailDomains: [
    { domain: `${prefix}example.com`, spf: true, mx: true, dkim: false, dmarc: false, tracking: false },
  ],
})

const extension = (type: string, name: string, more: Partial<Extension> = {}): Extension => ({
  name,
  slug: name.toLowerCase().replaceAll(' ', '-'),
  current_version: '6.7',
  type,
  is_vulnerable: 0,
  vulnerabilities: [],
  recommendation: '',
  active: 1,
  created_at: 'May 1, 2026',
  updated_at: '2026-05-01T00:00:00.000000Z',
  ...more,
})

/** What belongs to an application that was just made: a list of queues that is empty, a first scan. */
export const newExtras = (application: string): Pick<App, 'queues' | 'vulnerabilities'> => ({
  queues: [],
  vulnerabilities:
    application === 'wordpress'
      ? {
          last_fetched_date: 'May 1, 2026',
          wordpress: extension('wordpress', 'WordPress'),
          themes: [extension('theme', 'Plain Theme', { active: 0 })],
          plugins: [
            extension('plugin', 'Contact Form', {
              current_version: '5.1',
              is_vulnerable: 1,
              vulnerabilities: [{ title: 'Stored script in a form field', fixed_in: '5.2' }],
              recommendation: 'Update to 5.2.',
            }),
            extension('plugin', 'Shop Cart'),
          ],
        }
      : null,
})

/** Two queues of an application that is deployed by Git, as Laravel has them. The second one has a secret. */
export function seedQueues(planter: Planter, id: number): Queue[] {
  const first: Queue = {
    id: String(id),
    queue_id: `queue_${id}`,
    connection: 'redis',
    queue: planter.note('default', 'queue'),
    procs: '2',
    sleep: '3',
    timeout: '60',
    tries: '0',
    artisan_path: 'public_html/artisan',
    env: '',
    restarts: 0,
  }
  const env = `APP_ENV=live,MAIL_PASSWORD=${planter.secret('queue-env')}`
  return [
    first,
    { ...first, id: String(id + 1), queue_id: `queue_${id + 1}`, queue: 'mails', procs: '1', env },
  ]
}
