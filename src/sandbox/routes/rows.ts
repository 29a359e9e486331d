import type { Call } from '../call.ts'
import type { App, Server } from '../state.ts'

/** An application inside a row of `GET /server`. */
export function appRow(app: App): Record<string, unknown> {
  const { creds: _creds, certificate, git: _git, undocumented, ...rest } = app
  const {
    restore_points: _points,
    local_backup_exists: _local,
    restored_from: _restored,
    varnish_enabled: _varnish,
    vcl_list: _vcl,
    fpm_setting: _fpm,
    switches: _switches,
    cors_header: _cors,
    crons: _crons,
    permissions_reset: _permissions,
    cache_purged: _cache,
    ...row
  } = rest
  const encrypted = certificate?.type === 'lets_encrypt' ? certificate : null
  return {
    ...row,
    is_csr_available: '0',
    lets_encrypt: encrypted && {
      ssl_email: encrypted.email,
      ssl_domains: encrypted.domains,
      wild_card: encrypted.wild_card,
      auto: encrypted.auto,
    },
    ...undocumented,
  }
}

/** A row of `GET /server`: ids and flags are strings. */
export function serverRow(server: Server, apps: App[]): Record<string, unknown> {
  const flexible = server.flexible ? { is_flexible: '1' } : {}
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
    server_fqdn: `${server.id}.cloudwaysapps.com`,
    public_ip: server.public_ip,
    volume_size: server.volume_size,
    db_volume_size: null,
    data_volume_size: null,
    storage: server.storage,
    master_user: server.master_user,
    master_password: server.master_password,
    backup_frequency: server.backup_frequency,
    local_backups: server.local_backups ? 'yes' : 'no',
    snapshot_frequency: server.snapshot_frequency,
    is_terminated: '0',
    ...flexible,
    ssh_keys: server.ssh_keys
      .filter((key) => key.app_creds_id === null)
      .map(({ id, label }) => ({ id, label })),
    created_at: server.created_at,
    updated_at: server.created_at,
    apps: apps.filter((app) => app.server_id === server.id).map(appRow),
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
