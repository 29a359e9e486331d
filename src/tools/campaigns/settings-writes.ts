/** The call that sets a setting of `compare_settings`. @module */
import { isOn } from '../effects.ts'
import { partOf } from '../estate/settings.ts'
import { settingArgument } from '../server-settings.ts'

/** A call that sets one setting, without its target; or why there is none. */
export type Part = { tool: string; input: Record<string, unknown> } | { why: string }

const noTool = { why: 'no tool here sets it' }
const notTold = { why: 'the model does not tell it' }

/** @param value that of the model; `undefined`: it is not set there. */
export function writeOf(name: string, value: string | undefined): Part {
  const part = partOf(name)
  const setting = name.slice(part.length + 1)
  return writes[part]?.(setting, value) ?? noTool
}

type Write = (setting: string, value: string | undefined) => Part | undefined

/** A tool that switches something on or off by a word. */
function switched(tool: string, argument: string, value: string | undefined): Part {
  const on = isOn(value)
  return on === null ? notTold : { tool, input: { [argument]: on ? 'enable' : 'disable' } }
}

const given = (tool: string, name: string, value: unknown): Part =>
  value === undefined ? notTold : { tool, input: { [name]: value } }

/** By the part of the settings. */
const writes: Readonly<Record<string, Write>> = {
  switches: (setting, value) => {
    if (setting === 'cors_header') return switched('set_app_cors_header', 'status', value)
    return setting === 'enforce_https' ? switched('enforce_app_https', 'status', value) : undefined
  },
  fpm: (setting, value) => ({
    tool: 'update_app_fpm_settings',
    input: value === undefined ? { unset: [setting] } : { set: [`${setting} = ${value}`] },
  }),
  varnish: (setting, value) =>
    setting === 'varnish_enabled' ? switched('manage_app_varnish', 'action', value) : undefined,
  services: (setting, value) =>
    setting === 'varnish_enabled' ? switched('manage_server_varnish', 'action', value) : undefined,
  settings: (setting, value) => {
    if (setting.startsWith('package_versions.'))
      return { why: 'packages are changed server by server, with change_server_package' }
    const found = settingArgument(setting, value)
    return found && given('update_server_settings', found.name, found.value)
  },
  cleanup: (setting, value) => given('update_disk_cleanup_settings', setting, value),
  maintenance: (setting, value) =>
    given(
      'set_maintenance_window',
      setting,
      setting === 'hour' && value !== undefined ? Number(value) : value,
    ),
  backups: () => ({ why: 'it can raise the bill: update_server_backup_settings, server by server' }),
}
