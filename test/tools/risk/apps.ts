/** Making and changing apps, and their domains. */
import type { Row } from './row.ts'

const access = (...states: unknown[]) => ({
  reads: {
    'GET /app/getApplicationAccess': {
      response: { app_status: Object.fromEntries(states.map((state, index) => [`user${index}`, state])) },
    },
  },
})
const cors = (cors_header: unknown) => ({ reads: { 'GET /app/get_settings_value': { cors_header } } })
const pool = { reads: { 'GET /app/manage/fpm_setting': { response: { settings: 'pm = dynamic' } } } }
const cart = { method: 'exclude', type: 'url', value: '/cart' }
const rules = { reads: { 'GET /app/manage/varnish_setting': { response: { vcl_list: [cart] } } } }

const two = {
  reads: {
    'GET /server': {
      servers: [
        { id: '70011', label: 'shop', apps: [{ id: '90021', label: 'store' }] },
        { id: '70024', label: 'agency', apps: [] },
      ],
    },
  },
}

export const apps: Row[] = [
  ['change_app_state', { state: 'disable' }, access(true), 'disruptive'],
  ['change_app_state', { state: 'disable' }, access(false), 'write'],
  ['change_app_state', { state: 'disable' }, access(false, false), 'disruptive'],
  ['change_app_state', { state: 'disable' }, access('maybe'), 'disruptive'],
  ['change_app_state', { state: 'enable' }, access(false), 'write'],

  ['create_app', {}, {}, 'write'],
  ['clone_app_to_server', { destination_server_id: '70024' }, two, 'disruptive'],
  ['rename_app', {}, {}, 'write'],
  ['delete_app', {}, {}, 'destructive'],

  ['set_app_switch', { switch: 'xmlrpc', status: 'disable' }, {}, 'disruptive'],
  ['set_app_switch', { switch: 'device_detection', status: 'disable' }, {}, 'disruptive'],
  ['set_app_switch', { switch: 'geo_ip_header', status: 'disable' }, {}, 'disruptive'],
  ['set_app_switch', { switch: 'xmlrpc', status: 'enable' }, {}, 'write'],
  ['set_app_switch', { switch: 'webp', status: 'disable' }, {}, 'write'],
  ['set_app_switch', { switch: 'cron_optimizer', status: 'disable' }, {}, 'write'],
  ['set_ignore_query_string', { status: 'enable' }, {}, 'disruptive'],
  ['set_ignore_query_string', { status: 'disable' }, {}, 'write'],
  ['set_php_direct_execution', { status: 'enable' }, {}, 'disruptive'],
  ['set_php_direct_execution', { status: 'disable' }, {}, 'disruptive'],
  ['set_app_cors_header', { status: 'enable' }, cors(0), 'disruptive'],
  ['set_app_cors_header', { status: 'enable' }, cors('1'), 'write'],
  ['set_app_cors_header', { status: 'disable' }, cors(1), 'disruptive'],
  ['set_app_cors_header', { status: 'disable' }, cors('odd'), 'disruptive'],

  ['set_app_db_password', {}, {}, 'destructive'],
  ['set_app_admin_password', {}, {}, 'destructive'],

  ['set_app_webroot', { webroot: 'public_html/public' }, { app: { webroot: 'public_html' } }, 'disruptive'],
  ['set_app_webroot', { webroot: 'public_html' }, { app: { webroot: 'public_html' } }, 'write'],
  ['set_app_webroot', { webroot: 'public_html' }, { app: { webroot: null } }, 'disruptive'],
  ['set_app_symlink', { symlink: 'releases/12' }, { app: { symlink: 'releases/11' } }, 'disruptive'],
  ['set_app_symlink', { symlink: 'releases/12' }, { app: { symlink: 'releases/12' } }, 'write'],
  ['set_app_symlink', { symlink: '' }, { app: { symlink: null } }, 'write'],
  ['set_app_symlink', { symlink: '' }, { app: {} }, 'disruptive'],

  ['update_app_fpm_settings', { set: ['pm = static'] }, pool, 'disruptive'],
  ['update_app_varnish_settings', { add: ['exclude url /account'] }, rules, 'write'],
  ['update_app_varnish_settings', { add: ['pass url /account'] }, rules, 'disruptive'],
  ['update_app_varnish_settings', { add: undefined, remove: ['exclude url /cart'] }, rules, 'disruptive'],
  ['update_app_aliases', { add: ['shop.example.com'] }, { app: { aliases: [] } }, 'disruptive'],
]
