/** Making and changing apps, their domains and figures. */
import type { Special } from './special.ts'

export const apps: Record<string, Special> = {
  change_app_state: { changesWith: { state: 'disable' } },
  create_app: { input: { application: 'wordpress', app_version: '6.8', app_label: 'magazine' } },
  clone_app_to_server: { input: { destination_server_id: '70024', app_label: 'store copy' } },
  rename_app: { input: { label: 'shop front' } },
  // Without one, nobody takes the one that is made.
  set_app_db_password: { input: { password: 'Correct-horse-9' } },
  set_app_admin_password: { input: { password: 'Correct-horse-9' } },
  set_app_webroot: { input: { webroot: 'public_html/public' } },
  set_app_symlink: { input: { symlink: 'private_html/releases/12' } },
  update_app_fpm_settings: { input: { set: ['pm.max_children = 25'], unset: undefined } },
  update_app_varnish_settings: { input: { add: ['exclude url /account'], remove: undefined } },
  update_app_aliases: { input: { add: ['shop.example.com'], remove: undefined } },
  get_app_analytics_traffic_details: {
    input: { from: '2026-11-26T08:00Z', until: '2026-11-26T09:00Z', resource_list: ['198.51.100.4', '200'] },
  },
}
