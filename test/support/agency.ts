/**
 * The estate of an agency on a sandbox: twelve servers, 48 applications and the troubles that people ask about. It
 * knows the contract alone, and no detector. Days are told from the clock, so that "last night" is last night.
 */
import { createSandbox, type Sandbox, type SandboxOptions } from 'cloudways-tools/sandbox'

type Server = Sandbox['state']['servers'][number]
type App = Sandbox['state']['apps'][number]

/** The servers in the order of their ids, each with the word that its applications begin with, and their domain. */
const servers = [
  ['nordlicht-prod', 'nordlicht', 'nordlicht.example'],
  ['nordlicht-staging', 'northlab', 'northlab.example'],
  ['bakery-and-co', 'bakery', 'bakery.example'],
  ['agency-internal', 'agency', 'agency.example'],
  ['hotel-alpina', 'alpina', 'alpina.example'],
  ['fitclub-eu', 'fitclub', 'fitclub.example'],
  ['petshop-us', 'petshop', 'petshop.example'],
  ['bike-rental', 'bikes', 'bikes.example'],
  ['podcast-hub', 'podhub', 'podhub.example'],
  ['museum-shop', 'museum', 'museum.example'],
  ['mueller-sites', 'mueller', 'mueller.example'],
  ['wine-club', 'wineclub', 'wineclub.example'],
] as const

/** Servers whose third application is a staging copy of the shop, and not a landing page. */
const withStaging = ['nordlicht', 'agency', 'museum', 'wineclub']

const dayMs = 86_400_000
const pointInTime = (at: number) => new Date(at).toISOString().slice(0, 19)
const stamp = (at: number) => pointInTime(at).replace('T', ' ')
/** The last time that the clock showed this time of day (UTC), `days` before. */
const last = (hour: number, minute = 0, days = 0) => {
  const now = Date.now()
  const today = Math.floor(now / dayMs) * dayMs + hour * 3_600_000 + minute * 60_000
  return (today < now ? today : today - dayMs) - days * dayMs
}
/** Restore points of last night and of six nights before, newest first. */
export const nights = Array.from({ length: 7 }, (_, night) => pointInTime(last(2, 0, night)))

const certificate = (domains: string[]): App['certificate'] => ({
  type: 'lets_encrypt',
  domains,
  email: 'ops@example.com',
  wild_card: false,
  auto: true,
  renewed: 0,
})

function setServer(server: Server, label: string): void {
  Object.assign(server, {
    label,
    backups: nights.map((night) => night.replace('T', ' ')),
    levels: { 'Free Disk': 36, 'Free memory': 2_000_000_000 },
    flexible: false,
  })
  server.settings.sendmail_path = ''
}

/** A shop at www, a blog, a landing page or the staging copy of the shop, and an API. */
function setApp(app: App, place: number, [word, domain]: readonly [string, string]): void {
  const isStaging = place === 2 && withStaging.includes(word)
  const [name, host, application] = (
    [
      ['shop', 'www', 'wordpress'],
      ['blog', 'blog', 'wordpress'],
      [isStaging ? 'shop-stg' : 'landing', isStaging ? null : 'landing', 'wordpress'],
      ['api', 'api', 'laravel'],
    ] as const
  )[place]!
  const cname = host && `${host}.${domain}`
  Object.assign(app, {
    label: `${word}-${name}`,
    application,
    app_fqdn: `${application}-${app.server_id}-${app.id}.cloudwaysapps.com`,
    cname,
    aliases: host === 'www' ? [domain] : [],
    certificate: cname && certificate([cname]),
    restore_points: [...nights],
    is_staging: isStaging ? '1' : '0',
    source_app_id: isStaging ? String(Number(app.id) - 2) : null,
    source_server_id: isStaging ? app.server_id : null,
    varnish_enabled: true,
    git: { ...app.git, git_url: null, branches: [], logs: [] },
  })
  app.switches.enforce_https = true
}

function deployments(app: App): void {
  const git_url = 'git@github.com:example/museum-api.git'
  const log = { git_url, customer_id: '1', path: '' }
  app.git = {
    ...app.git,
    git_url,
    branches: ['main', 'develop'],
    logs: [
      {
        ...log,
        branch_name: 'develop',
        result: '0',
        datetime: stamp(last(21, 10)),
        description: 'CONFLICT (content): Merge conflict in composer.json',
      },
      {
        ...log,
        branch_name: 'main',
        result: '1',
        datetime: stamp(last(16, 5, 7)),
        description: 'Deployed',
      },
    ],
  }
}

/** What does not work, server by server. */
function plant(server: (label: string) => Server, app: (label: string) => App): void {
  server('podcast-hub').status = 'stopped'
  server('bike-rental').services.mysql = 'stopped'
  server('fitclub-eu').services['redis-server'] = 'stopped'
  for (const name of ['shop', 'blog', 'landing', 'api']) {
    app(`fitclub-${name}`).varnish_enabled = false
    app(`mueller-${name}`).switches.enforce_https = false
  }
  server('petshop-us').blacklisted = ['198.51.100.77']
  server('bakery-and-co').whitelists.sftp = { ip_list: ['203.0.113.9'], policy: 'block_all' }
  app('mueller-blog').certificate = null
  app('mueller-shop').certificate = certificate(['www.mueller.example', 'mueller.example'])
  Object.assign(app('alpina-shop').certificate as object, { auto: false })
  deployments(app('museum-api'))
}

const byLabel = <T extends { label: string }>(rows: T[], label: string): T => {
  const found = rows.find((row) => row.label === label)
  if (!found) throw new Error(`There is no ${label}.`)
  return found
}

/** The agency on a sandbox of its own, with helpers that find a server or an application by its label. */
export function createAgency(options: SandboxOptions = {}) {
  const sandbox = createSandbox({ ...options, servers: 12, appsPerServer: 4 })
  const { state } = sandbox
  const server = (label: string) => byLabel(state.servers, label)
  const app = (label: string) => byLabel(state.apps, label)
  for (const [index, [label, word, domain]] of servers.entries()) {
    const row = state.servers[index]!
    setServer(row, label)
    const rows = state.apps.filter((one) => one.server_id === row.id)
    for (const [place, one] of rows.entries()) setApp(one, place, [word, domain])
  }
  for (const alert of state.alerts) {
    const { label } = state.servers.find(({ id }) => Number(id) === alert.server_id)!
    alert.details.values = { SERVER_LABEL: label }
  }
  const shops = state.projects[1]!
  for (const one of state.apps) {
    if (one.label.includes('-shop')) one.project_id = shops.id
  }
  plant(server, app)
  return { sandbox, server, app }
}
