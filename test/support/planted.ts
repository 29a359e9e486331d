/**
 * A healthy estate on a sandbox, and faults planted in it, from the API contract alone: this file knows no detector.
 * Beside each fault stands what looks like it and is none.
 */
import { createSandbox, type Sandbox } from 'cloudways-tools/sandbox'

type Server = Sandbox['state']['servers'][number]
type App = Sandbox['state']['apps'][number]

/** What a report has to find: the kind, and the id of the server or app, with the name of a service. */
export type Planted = string

const named = (kind: string, { id }: { id: string }, more = ''): Planted =>
  `${kind} ${id}${more && ` ${more}`}`

/** Numbers from 0 to 1, the same for one seed: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const certificate = (domains: string[], wild_card = false): App['certificate'] => ({
  type: 'lets_encrypt',
  domains,
  email: 'ops@example.com',
  wild_card,
  auto: true,
  renewed: 0,
})

function heal(server: Server, place: number): void {
  Object.assign(server, {
    label: `server-${place}`,
    status: 'running',
    volume_size: '50',
    storage: null,
    instance_type: '4GB',
  })
  for (const name of Object.keys(server.services)) server.services[name] = 'running'
  Object.assign(server.levels, { 'Free Disk': 20, 'Free memory': 2_000_000_000, 'Idle CPU': 70 })
}

function healApp(app: App): void {
  const domain = `site-${app.id}.example`
  Object.assign(app, {
    label: `site-${app.id}`,
    cname: `www.${domain}`,
    aliases: [domain],
    certificate: certificate([`www.${domain}`, domain]),
  })
  Object.assign(app.switches, { access: true, enforce_https: true })
}

interface Trouble<Place> {
  plant(place: Place, sandbox: Sandbox): Planted[]
}

const oneKind =
  <Place extends { id: string }>(
    kind: string,
    change: (place: Place, sandbox: Sandbox) => void,
  ): Trouble<Place>['plant'] =>
  (place, sandbox) => {
    change(place, sandbox)
    return [named(kind, place)]
  }

/** Looks like a fault and is none. */
const near =
  <Place>(change: (place: Place, sandbox: Sandbox) => void): Trouble<Place>['plant'] =>
  (place, sandbox) => {
    change(place, sandbox)
    return []
  }

const level = (target: string, value: number) => (server: Server) => {
  server.levels[target] = value
}

function stop(server: Server, service: string, isWanted?: boolean): Planted[] {
  server.services[service] = 'stopped'
  if (isWanted !== undefined) server.switchedOn[service] = isWanted
  return isWanted === false ? [] : [named('service_down', server, service)]
}

const ofServers: Trouble<Server>['plant'][] = [
  oneKind('server_stopped', (server) => void Object.assign(server, { status: 'stopped' })),
  (server) => stop(server, 'mysql'),
  (server) => stop(server, 'nginx'),
  (server) => stop(server, 'redis-server', true),
  (server) => stop(server, 'varnish', true),
  (server) => [...stop(server, 'redis-server', false), ...stop(server, 'elasticsearch', false)],
  near((server) => {
    server.services['newrelic-sysmond'] = 'stopped'
  }),
  oneKind('disk_low', level('Free Disk', 7)),
  oneKind('disk_full', level('Free Disk', 1.2)),
  near(level('Free Disk', 10.1)),
  oneKind('memory_low', level('Free memory', 300_000_000)),
  near(level('Free memory', 440_000_000)),
  oneKind('cpu_busy', level('Idle CPU', 9)),
  near(level('Idle CPU', 20.4)),
  // Attached storage counts in place of the disk of the machine.
  near((server) => void Object.assign(server, { volume_size: '500', storage: 50 })),
  near((server) => void Object.assign(server, { status: 'initiated' })),
]

const ofApps: Trouble<App>['plant'][] = [
  oneKind('certificate_missing', (app) => {
    app.certificate = null
  }),
  oneKind('domain_not_covered', (app) => void app.aliases.push(`shop.${app.aliases[0]}`)),
  oneKind(
    'certificate_not_renewing',
    (app) => void Object.assign(app.certificate as object, { auto: false }),
  ),
  oneKind('https_off', (app) => {
    app.switches.enforce_https = false
  }),
  oneKind('app_disabled', (app) => {
    app.switches.access = false
  }),
  (app) => {
    app.certificate = null
    app.switches.enforce_https = false
    return [named('certificate_missing', app), named('https_off', app)]
  },
  // The platform's own address has a certificate of the platform.
  near((app) => void Object.assign(app, { cname: null, aliases: [], certificate: null })),
  near((app) => {
    Object.assign(app, { certificate: certificate([app.aliases[0] as string], true) })
    app.aliases.push(`shop.${app.aliases[0]}`)
  }),
  near((app) => void Object.assign(app.certificate as object, { type: 'custom', auto: false })),
  near((app) => {
    app.switches.xmlrpc = false
  }),
]

/** @param size how many servers; each has four apps. @param seed what is planted where. */
export function plantedEstate(size: number, seed: number) {
  const sandbox = createSandbox({
    servers: Math.min(size, 99),
    appsPerServer: 4,
    requestsPerMinute: 1_000_000,
  })
  const random = randomOf(seed)
  const { servers, apps } = sandbox.state
  servers.forEach(heal)
  apps.forEach(healApp)
  const expected: Planted[] = []
  const isHit = (share: number) => random() < share
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  for (const server of servers) if (isHit(0.5)) expected.push(...pick(ofServers)(server, sandbox))
  for (const app of apps) if (isHit(0.4)) expected.push(...pick(ofApps)(app, sandbox))
  return { sandbox, expected }
}
