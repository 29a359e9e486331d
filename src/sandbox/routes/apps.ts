import { type Call, change, invalid, ok, type Routes } from '../call.ts'
import { page } from './rows.ts'

/** A switch that takes effect when its operation is finished. */
const later = (name: string) => (call: Call) => {
  const { app } = call
  const on = call.flag('status')
  return change(call, `update_${name}`, () => {
    app.switches[name] = on
  })
}

/** A switch that takes effect at once and answers its new state by system user. */
const atOnce = (name: string, key: string) => (call: Call) => {
  const { app } = call
  app.switches[name] = call.flag('status')
  return ok({ response: { [key]: { [app.sys_user]: app.switches[name] } }, status: true })
}

const filled = (rule: object, name: string) => {
  const value = (rule as Record<string, unknown>)[name]
  return typeof value === 'string' && value !== ''
}

export const apps: Routes = {
  app_list_paginated(call) {
    const { rows, pagination } = page(call, call.account.apps)
    const apps = rows.map(({ id, label, server_id, sys_user, app_fqdn, cname, application, is_staging }) => ({
      id: Number(id),
      label,
      server_id: Number(server_id),
      sys_user,
      app_fqdn,
      cname,
      application,
      is_staging,
    }))
    return ok({ data: { apps, pagination } })
  },

  app_update_label(call) {
    call.app.label = call.text('label')
    return ok({ status: true })
  },

  app_delete(call) {
    const { account, app } = call
    return change(call, 'delete_app', () => {
      account.apps = account.apps.filter((one) => one !== app)
    })
  },

  app_purge_cache(call) {
    const { app } = call
    return change(call, 'purge_app_cache', () => {
      app.cache_purged += 1
    })
  },

  app_reset_permissions({ app }) {
    app.permissions_reset += 1
    return ok({ status: true })
  },

  app_cname_update(call) {
    const { app } = call
    const cname = call.text('cname')
    return change(call, 'update_cname', () => {
      app.cname = cname
    })
  },

  app_cname_delete(call) {
    const { app } = call
    return change(call, 'delete_cname', () => {
      app.cname = null
    })
  },

  app_aliases_update(call) {
    call.app.aliases = call.list('aliases')
    return ok([])
  },

  app_cron_list_get: ({ app }) => ok(app.crons),

  app_cron_list_update(call) {
    if (call.flag('is_script')) call.app.crons.script = call.text('crons')
    return ok([])
  },

  app_db_password_update(call) {
    call.app.mysql_password = call.text('password')
    return ok([])
  },

  app_admin_password_update(call) {
    const { app } = call
    const password = call.text('password')
    return change(call, 'change_admin_password', () => {
      app.app_password = password
    })
  },

  app_symlink_update(call) {
    // An empty path removes the link.
    call.app.symlink = call.text('symlink') || null
    return ok([])
  },

  app_webroot_update(call) {
    call.app.webroot = call.text('webroot')
    return ok([])
  },

  app_fpm_settings_get: ({ app }) => ok({ response: { fpm_enabled: true, settings: app.fpm_setting } }),

  app_fpm_settings_update(call) {
    call.app.fpm_setting = call.text('fpm_setting')
    return ok({ response: { fpm_enabled: true, settings: call.app.fpm_setting } })
  },

  app_varnish_settings_get: ({ app, server }) =>
    ok({
      response: {
        varnish_app_enabled: app.varnish_enabled,
        varnish_enabled: server.services.varnish === 'running',
        vcl_list: app.vcl_list,
      },
    }),

  app_varnish_settings_update(call) {
    const { app } = call
    const rules = call.input.vcl_list as typeof app.vcl_list
    // The platform documents three texts for each rule.
    const isRule = (rule: object) => ['method', 'type', 'value'].every((name) => filled(rule, name))
    if (!rules.every(isRule)) return invalid('vcl_list', 'rule', 'Each rule holds method, type and value.')
    return change(call, 'update_varnish_settings', () => {
      app.vcl_list = rules
    })
  },

  app_settings_get: ({ app }) =>
    ok({
      status: true,
      application_id: app.id,
      from_address: null,
      cors_header: app.cors_header === '' ? 0 : 1,
      enforce_https: app.switches.enforce_https ? 1 : 0,
    }),

  app_cors_headers_update(call) {
    const { app } = call
    // Two switches are all that any client sends.
    const header = call.text('corsHeader') === 'disable' ? '' : call.text('corsHeader')
    return change(call, 'update_cors_header', () => {
      app.cors_header = header
    })
  },

  app_webp_redirection_update: later('webp'),
  app_enforce_https_update: later('enforce_https'),
  app_device_detection_update: later('device_detection'),
  app_ignore_query_string_update: later('ignore_query_string'),
  app_php_direct_execution_update: later('php_direct_execution'),
  app_cron_optimizer_update: later('cron_optimizer'),
  app_geo_ip_header_update: atOnce('geo_ip', 'geo_ip'),
  app_xmlrpc_update: atOnce('xmlrpc', 'xml_rpc'),
  app_cron_optimizer_get: ({ app }) => ok({ status: app.switches.cron_optimizer === true }),

  app_ssh_access_get: ({ app }) =>
    ok({ response: { ssh_status: { [app.sys_user]: app.switches.ssh !== false } } }),

  app_ssh_access_update(call) {
    const { app, forms } = call
    const action = call.text('update_perms_action')
    const isAsked = action === 'enable' && app.switches.ssh === false && forms.sshSwitch === 'confirmed'
    if (isAsked) return ok({ status: true, confirmation: true })
    app.switches.ssh = action !== 'disable'
    return ok({ status: true, confirmation: false })
  },

  app_access_state_get: ({ app }) =>
    ok({ response: { app_status: { [app.sys_user]: app.switches.access !== false } }, status: true }),

  app_access_state_update(call) {
    call.app.switches.access = call.text('state') === 'enable'
    return ok([])
  },
}
