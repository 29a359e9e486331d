import { newContent } from './content.ts'
import { newEdge } from './edge.ts'
import { letters, type Planter, word } from './plant.ts'
import { newExtras } from './seed-extras.ts'
import type { App, Server } from './state.ts'
import { newAppSuite, newServerSuite } from './suite.ts'
import { newUpdates } from './updates.ts'

const created = '2026-01-10 10:00:00'

/** Providers whose servers have a volume for the data and one for the database, and snapshots. */
export const hasVolumes = (cloud: string) => cloud === 'amazon' || cloud === 'gce'

/** A server as the platform sets it up, with passwords of its own. */
export function newServer(
  planter: Planter,
  base: Pick<Server, 'id' | 'label' | 'cloud' | 'region' | 'instance_type'>,
): Server {
  const { random } = planter
  return {
    status: 'running',
    public_ip: `203.0.113.${(Number(base.id) % 250) + 1}`,
    platform: 'debian12',
    volume_size: '60',
    db_volume_size: hasVolumes(base.cloud) ? 20 : null,
    data_volume_size: hasVolumes(base.cloud) ? 20 : null,
    storage: null,
    master_user: `master_${letters(random, 10)}`,
    master_password: planter.secret('master-password'),
    backup_frequency: '24',
    backup_retention: '4',
    backup_time: '0110',
    local_backups: false,
    snapshot_frequency: '0',
    created_at: created,
    flexible: false,
    ssh_keys: [],
    services: {
      apache2: 'running',
      elasticsearch: 'stopped',
      memcached: 'running',
      mysql: 'running',
      'newrelic-sysmond': 'stopped',
      nginx: 'running',
      'php8.3-fpm': 'running',
      'redis-server': 'running',
      varnish: 'running',
    },
    settings: {
      character_set_server: 'utf8mb4',
      'date.timezone': 'UTC',
      direct_access: '0',
      display_errors: 'Off',
      error_reporting: 'E_ALL',
      execution_limit: '300',
      innodb_buffer_pool_size: '256',
      innodb_lock_wait_timeout: '50',
      max_connections: '150',
      max_input_time: '60',
      max_input_vars: '2500',
      memory_limit: '256',
      mod_xdebug: 'disabled',
      short_open_tag: 'On',
      ssl_protocols: 'TLSv1.2',
      static_cache_expiry: '43200',
      upload_size: '50',
      varnish_default_ttl: '240',
      wait_timeout: '100',
    },
    package_versions: { fpm: 'enabled', mariadb: '10.11', mysql: '', php: '8.3', redis: 'latest' },
    disk_cleanup: {
      automate_cleanup: 'enable',
      remove_app_local_backup: 'no',
      remove_app_private_html: 'no',
      remove_app_tmp: 'yes',
      rotate_app_log: 'yes',
      rotate_system_log: 'yes',
    },
    maintenance: { day: 'Tuesday', hour: 3 },
    transfer: null,
    whitelists: {
      // With a blank entry: somebody sent `ip[]=`. Such lists were seen.
      sftp: { ip_list: ['198.51.100.7', '', '198.51.100.8'], policy: 'allow_all' },
      mysql: { ip_list: ['198.51.100.9'], policy: 'allow_all' },
    },
    switchedOn: {},
    levels: {},
    siab: [],
    adminer: [],
    blacklisted: ['192.0.2.66'],
    suite: newServerSuite(),
    backups: [],
    cleaned_at: null,
    // Last: an object that begins as a copy of another one takes V8 twenty times as long.
    ...base,
  }
}

const versions: Record<string, string> = { wordpress: '6.8', phpstack: '8.3', laravel: '11' }

/** An application as the platform sets it up, with passwords of its own. */
export function newApp(
  planter: Planter,
  base: Pick<App, 'id' | 'server_id' | 'label' | 'application'> & Partial<App>,
): App {
  const { random } = planter
  const user = letters(random, 10)
  return {
    app_version: versions[base.application] ?? '1.0',
    app_fqdn: `${base.application}-${base.server_id}-${base.id}.cloudwaysapps.com`,
    app_user: 'ops@example.com',
    app_password: planter.secret('app-password'),
    sys_user: user,
    sys_password: planter.secret('sys-password'),
    mysql_db_name: user,
    mysql_user: user,
    mysql_password: planter.secret('mysql-password'),
    cname: null,
    aliases: [],
    symlink: null,
    webroot: 'public_html',
    project_id: null,
    is_staging: '0',
    source_app_id: null,
    source_server_id: null,
    created_at: created,
    creds: [],
    content: newContent(base.id),
    challenge: null,
    certificate: null,
    git: { key: `ssh-rsa AAAAB3Nz${word(random, 24)} ${user}`, git_url: null, branches: [], logs: [] },
    restore_points: [],
    local_backup_exists: false,
    restored_from: null,
    varnish_enabled: true,
    vcl_list: [{ method: 'exclude', type: 'url', value: '/cart' }],
    fpm_setting: 'pm.max_children = 20',
    switches: { access: true, ssh: true },
    cors_header: '',
    crons: { basic: [], script: '' },
    permissions_reset: 0,
    cache_purged: 0,
    edge: newEdge(),
    suite: newAppSuite(),
    updates: newUpdates(),
    undocumented: {},
    ...newExtras(base.application),
    ...base,
  }
}
