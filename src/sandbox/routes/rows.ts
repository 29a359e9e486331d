import type { Call } from '../call.ts'
import type { Forms } from '../forms.ts'
import type { App, Certificate, Server } from '../state.ts'

/** `lets_encrypt` of a row. A wildcard has its bare domain there. No date is in it. */
const letsEncrypt = (app: App, { auto, domains, email, wild_card }: Certificate) => ({
  auto,
  ssl_domains: domains,
  ssl_email: email,
  type: wild_card ? 'wc' : 'le',
  is_verified: true,
  is_installed: true,
  app_prefix: app.sys_user,
  challenges: [],
})

const ownSsl = (forms: Forms) => (forms.ownSsl === 'flag' ? '1' : { is_installed: true })

/** The certificate of an application is told in three fields beside each other. */
function certificateFields(app: App, forms: Forms) {
  const { certificate } = app
  const own = certificate?.type === 'custom'
  return {
    lets_encrypt: certificate && !own ? letsEncrypt(app, certificate) : null,
    own_ssl: own ? ownSsl(forms) : null,
    wild_card: certificate?.wild_card ? '1' : null,
    is_csr_available: '0',
    is_csr_installed: own ? '1' : '0',
  }
}

function domain(cname: string | null, forms: Forms): string | null {
  if (cname === null) return forms.noDomain === 'empty' ? '' : null
  return forms.domain === 'url' ? `https://${cname}` : cname
}

/** An application inside a row of `GET /server`. What is not told here has calls of its own. */
export function appRow(app: App, forms: Forms): Record<string, unknown> {
  return {
    id: app.id,
    server_id: app.server_id,
    label: app.label,
    application: app.application,
    app_version: app.app_version,
    app_fqdn: app.app_fqdn,
    app_user: app.app_user,
    app_password: app.app_password,
    sys_user: app.sys_user,
    sys_password: app.sys_password,
    mysql_db_name: app.mysql_db_name,
    mysql_user: app.mysql_user,
    mysql_password: app.mysql_password,
    symlink: app.symlink,
    webroot: app.webroot,
    project_id: app.project_id,
    is_staging: app.is_staging,
    source_app_id: app.source_app_id,
    source_server_id: app.source_server_id,
    created_at: app.created_at,
    cname: domain(app.cname, forms),
    aliases: forms.aliases === 'text' ? app.aliases.join(',') : app.aliases,
    is_enable: app.switches.access === false ? '0' : '1',
    ...certificateFields(app, forms),
    ...app.undocumented,
  }
}

/** MB of a size such as `2GB`. Sizes with a name of their own tell none. */
const memoryOf = (size: string) => (/^\d+GB$/.test(size) ? Number.parseInt(size, 10) * 1024 : null)

/** A row of `GET /server`: ids and flags are strings. */
export function serverRow(server: Server, { account, forms }: Pick<Call, 'account' | 'forms'>) {
  const flexible = server.flexible ? { is_flexible: '1' } : {}
  const keys = server.ssh_keys.filter((key) => key.app_creds_id === null)
  const keysTold = { ssh_keys: keys.map(({ id, label }) => ({ id, label })) }
  return {
    id: server.id,
    label: server.label,
    status: server.status,
    tenant_id: '1',
    platform: server.platform,
    cloud: server.cloud,
    region: server.region,
    zone: null,
    instance_type: server.instance_type,
    memory_size: memoryOf(server.instance_type),
    series: null,
    cloud_plan_id: null,
    autoscale_policy: [],
    server_fqdn: `${server.id}.cloudwaysapps.com`,
    public_ip: server.public_ip,
    volume_size: server.volume_size,
    db_volume_size: server.db_volume_size,
    data_volume_size: server.data_volume_size,
    storage: server.storage,
    master_user: server.master_user,
    master_password: server.master_password,
    backup_frequency: server.backup_frequency,
    backup_retention: server.backup_retention,
    backup_time: server.backup_time,
    local_backups: server.local_backups ? 'yes' : 'no',
    snapshot_frequency: server.snapshot_frequency,
    is_terminated: '0',
    ...flexible,
    // The rows that were seen tell nothing of the keys of the master user.
    ...(forms.masterKeys === 'told' && keysTold),
    created_at: server.created_at,
    updated_at: server.created_at,
    apps: account.apps.filter((app) => app.server_id === server.id).map((app) => appRow(app, forms)),
  }
}

/** The page that the request asks for, of a list that v2 answers in pages. */
export function page<T>(call: Call, rows: T[]) {
  const number = call.has('page') ? Math.max(1, call.number('page')) : 1
  const size = call.has('limit') ? Math.max(1, call.number('limit')) : 20
  const last = Math.max(1, Math.ceil(rows.length / size))
  return {
    rows: rows.slice((number - 1) * size, number * size),
    pagination: { current_page: number, last_page: last, total: rows.length },
  }
}
