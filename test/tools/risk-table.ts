/** The risk of every tool that changes something, by its arguments and by what is there. */
import type { Risk } from '../../src/core/types/plan.ts'
import { certificate, privateKey, wildcardCertificate } from '../support/pem.ts'
import type { Input } from './samples.ts'

/** What the platform answers, where it is not the usual. */
export interface State {
  app?: object
  https?: unknown
  services?: object
  varnish?: unknown
  sftp?: unknown
  mysql?: unknown
  key?: unknown
}
export type Row = [tool: string, input: Input, state: State, risk: Risk]

export const encrypted = (ssl_domains: unknown, more: object = {}) => ({
  lets_encrypt: {
    ssl_domains,
    ssl_email: 'ops@example.com',
    type: 'le',
    auto: true,
    is_installed: true,
    ...more,
  },
  own_ssl: null,
  wild_card: null,
})
export const bare = { lets_encrypt: null, own_ssl: null, wild_card: null }
export const own = { ...bare, own_ssl: { key: 'not public' } }
export const both = ['www.example.com', 'shop.example.com']
export const block = (...ips: string[]) => ({ data: { ip_list: JSON.stringify(ips), policy: 'block_all' } })
export const open = (...ips: string[]) => ({ data: { ip_list: JSON.stringify(ips), policy: 'allow_all' } })
export const no = {
  ...{ remove_app_tmp: 'no', remove_app_private_html: 'no', rotate_system_log: 'no' },
  ...{ rotate_app_log: 'no', remove_app_local_backup: 'no' },
}
export const wild = { wild_card: true, domain: 'example.com', ssl_email: 'ops@example.com' }
export const crt = (ssl_crt: string) => ({ ssl_crt, ssl_key: privateKey })

export const table: Row[] = [
  ['start_server', {}, {}, 'write'],
  ['stop_server', {}, {}, 'disruptive'],
  ['restart_server', {}, {}, 'disruptive'],
  ['backup_server', {}, {}, 'write'],
  ['unblock_ip', { ip: '192.0.2.99' }, {}, 'write'],
  ['optimize_server_disk', no, {}, 'write'],
  ['optimize_server_disk', { ...no, rotate_app_log: 'yes' }, {}, 'destructive'],
  ['optimize_server_disk', { ...no, remove_app_private_html: 'yes' }, {}, 'destructive'],

  ['change_service_state', { service: 'mysql', state: 'start' }, {}, 'write'],
  ['change_service_state', { service: 'mysql', state: 'stop' }, {}, 'disruptive'],
  ['change_service_state', { service: 'php8.1-fpm', state: 'restart' }, {}, 'disruptive'],
  ['manage_server_varnish', { action: 'enable' }, {}, 'write'],
  ['manage_server_varnish', { action: 'purge' }, {}, 'write'],
  ['manage_server_varnish', { action: 'disable' }, {}, 'disruptive'],
  ['manage_server_varnish', { action: 'disable' }, { services: { varnish: 'stopped' } }, 'write'],
  ['manage_server_varnish', { action: 'disable' }, { services: [] }, 'disruptive'],
  ['manage_app_varnish', { action: 'enable' }, {}, 'write'],
  ['manage_app_varnish', { action: 'purge' }, {}, 'write'],
  ['manage_app_varnish', { action: 'disable' }, {}, 'disruptive'],
  ['manage_app_varnish', { action: 'disable' }, { varnish: false }, 'write'],
  ['manage_app_varnish', { action: 'disable' }, { varnish: {} }, 'disruptive'],

  ['clone_app', {}, {}, 'disruptive'],
  ['clear_app_cache', {}, {}, 'write'],
  ['reset_app_file_permissions', {}, {}, 'disruptive'],
  ['reset_app_file_permissions', { ownership: 'master_user' }, {}, 'disruptive'],
  ['backup_app', {}, {}, 'write'],
  ['restore_app', {}, {}, 'destructive'],
  ['rollback_app_restore', {}, {}, 'destructive'],

  ['update_app_cname', { cname: 'new.example.com' }, {}, 'disruptive'],
  ['update_app_cname', { cname: 'www.example.com' }, {}, 'write'],
  ['delete_app_cname', {}, {}, 'destructive'],
  ['enforce_app_https', { status: 'disable' }, { app: bare }, 'write'],
  ['enforce_app_https', { status: 'disable' }, { app: encrypted(both), https: 1 }, 'disruptive'],
  ['enforce_app_https', { status: 'disable' }, { app: bare, https: 'odd' }, 'disruptive'],
  ['enforce_app_https', { status: 'enable' }, { app: bare }, 'disruptive'],
  ['enforce_app_https', { status: 'enable' }, { app: bare, https: 1 }, 'write'],
  ['enforce_app_https', { status: 'enable' }, { app: {} }, 'disruptive'],
  ['enforce_app_https', { status: 'enable' }, { app: encrypted(both) }, 'write'],
  ['enforce_app_https', { status: 'enable' }, { app: encrypted(['example.com'], { type: 'wc' }) }, 'write'],
  ['enforce_app_https', { status: 'enable' }, { app: encrypted(['other.example.com']) }, 'disruptive'],
  ['enforce_app_https', { status: 'enable' }, { app: encrypted(both, { is_installed: '0' }) }, 'disruptive'],
  ['enforce_app_https', { status: 'enable' }, { app: encrypted(both, { is_installed: null }) }, 'disruptive'],
  ['enforce_app_https', { status: 'enable' }, { app: own }, 'disruptive'],
  ['enforce_app_https', { status: 'enable' }, { app: { ...encrypted(both), own_ssl: 1 } }, 'disruptive'],
  ['enforce_app_https', { status: 'enable' }, { app: { ...encrypted(both), aliases: null } }, 'disruptive'],
  [
    'enforce_app_https',
    { status: 'enable' },
    { app: { ...encrypted(both), aliases: 'shop.example.com,example.com' } },
    'disruptive',
  ],
  [
    'enforce_app_https',
    { status: 'enable' },
    { app: { ...encrypted(both), aliases: ['SHOP.example.com'] } },
    'write',
  ],

  ['install_letsencrypt', { ssl_domains: both }, { app: bare }, 'write'],
  [
    'install_letsencrypt',
    { ssl_domains: both },
    { app: { ...bare, lets_encrypt: [], own_ssl: '' } },
    'write',
  ],
  ['install_letsencrypt', { ssl_domains: both }, { app: encrypted(both) }, 'disruptive'],
  ['install_letsencrypt', { ssl_domains: ['www.example.com'] }, { app: encrypted(both) }, 'destructive'],
  [
    'install_letsencrypt',
    { ssl_domains: both },
    { app: encrypted('www.example.com, shop.example.com') },
    'disruptive',
  ],
  [
    'install_letsencrypt',
    { ssl_domains: both },
    { app: encrypted(['example.com'], { type: 'wc' }) },
    'destructive',
  ],
  [
    'install_letsencrypt',
    { ssl_domains: ['*.example.com'], wild_card: true },
    { app: encrypted(both) },
    'disruptive',
  ],
  ['install_letsencrypt', { ssl_domains: both }, { app: encrypted(both, { is_installed: false }) }, 'write'],
  ['install_letsencrypt', { ssl_domains: both }, { app: own }, 'destructive'],
  ['install_letsencrypt', { ssl_domains: both }, { app: {} }, 'destructive'],
  ['install_letsencrypt', { ssl_domains: both }, { app: { ...bare, lets_encrypt: 'yes' } }, 'destructive'],
  ['install_letsencrypt', { ssl_domains: both }, { app: encrypted({}) }, 'destructive'],
  ['install_ssl_certificate', crt(certificate), { app: bare }, 'write'],
  ['install_ssl_certificate', crt(certificate), { app: encrypted(both) }, 'disruptive'],
  ['install_ssl_certificate', crt(certificate), { app: encrypted([...both, 'example.com']) }, 'destructive'],
  ['install_ssl_certificate', crt(wildcardCertificate), { app: encrypted(both) }, 'disruptive'],
  ['install_ssl_certificate', crt(wildcardCertificate), { app: encrypted(['example.com']) }, 'destructive'],
  ['install_ssl_certificate', crt(certificate), { app: own }, 'destructive'],
  ['install_ssl_certificate', crt(certificate), { app: {} }, 'destructive'],
  ['renew_letsencrypt', {}, { app: bare }, 'write'],
  ['renew_letsencrypt', {}, { app: encrypted(both) }, 'write'],
  ['renew_letsencrypt', {}, { app: own }, 'destructive'],
  ['renew_letsencrypt', {}, { app: { ...encrypted(both), own_ssl: 1 } }, 'destructive'],
  ['renew_letsencrypt', {}, { app: {} }, 'destructive'],
  ['renew_letsencrypt', {}, { app: encrypted(['example.com'], { type: 'wc' }) }, 'destructive'],
  ['renew_letsencrypt', {}, { app: encrypted(both, { type: null }) }, 'destructive'],
  ['renew_letsencrypt', wild, { app: encrypted(['example.com'], { type: 'wc' }) }, 'write'],
  ['renew_letsencrypt', wild, { app: encrypted(['example.org'], { type: 'wc' }) }, 'destructive'],
  ['renew_letsencrypt', wild, { app: encrypted(both) }, 'disruptive'],
  ['renew_letsencrypt', wild, { app: encrypted(['www.example.org']) }, 'destructive'],
  ['set_letsencrypt_auto_renewal', { auto: true }, { app: encrypted(both) }, 'write'],
  ['set_letsencrypt_auto_renewal', { auto: false }, { app: encrypted(both) }, 'disruptive'],
  ['set_letsencrypt_auto_renewal', { auto: false }, { app: encrypted(both, { auto: '0' }) }, 'write'],
  ['set_letsencrypt_auto_renewal', { auto: false }, { app: encrypted(both, { auto: null }) }, 'disruptive'],
  ['revoke_letsencrypt', {}, { app: encrypted(both) }, 'destructive'],
  ['remove_ssl_certificate', {}, { app: own }, 'destructive'],

  [
    'update_whitelisted_ips',
    { tab: 'sftp', add: ['192.0.2.1'] },
    { sftp: block('203.0.113.1') },
    'disruptive',
  ],
  [
    'update_whitelisted_ips',
    { tab: 'sftp', remove: ['203.0.113.1'] },
    { sftp: open('203.0.113.1') },
    'destructive',
  ],
  [
    'update_whitelisted_ips',
    { tab: 'sftp', ip: ['192.0.2.1'] },
    { sftp: open('203.0.113.1') },
    'destructive',
  ],
  [
    'update_whitelisted_ips',
    { tab: 'sftp', ip: ['192.0.2.1', '203.0.113.1'] },
    { sftp: open('203.0.113.1') },
    'disruptive',
  ],
  [
    'update_whitelisted_ips',
    { tab: 'sftp', ipPolicy: 'block_all' },
    { sftp: open('203.0.113.1') },
    'destructive',
  ],
  [
    'update_whitelisted_ips',
    { tab: 'sftp', ipPolicy: 'allow_all' },
    { sftp: block('203.0.113.1') },
    'disruptive',
  ],
  ['update_whitelisted_ips', { tab: 'mysql', add: ['192.0.2.1'] }, { mysql: { ip_list: [] } }, 'disruptive'],
  ['update_whitelisted_ips', { tab: 'sftp', add: ['192.0.2.1'] }, { sftp: block('office') }, 'destructive'],
  ['allow_ip_siab', {}, {}, 'disruptive'],
  ['allow_ip_adminer', {}, {}, 'disruptive'],

  ['generate_git_ssh_key', {}, { key: 'ssh-rsa AAAA' }, 'destructive'],
  ['generate_git_ssh_key', {}, { key: '' }, 'write'],
  ['generate_git_ssh_key', {}, { key: undefined }, 'destructive'],
  ['git_clone', {}, {}, 'disruptive'],
  ['git_pull', {}, {}, 'disruptive'],
]
