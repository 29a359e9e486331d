import { begin, type Call, change, invalid, ok, type Routes, stamp } from '../call.ts'
import type { App } from '../state.ts'
import { days, slots, type UpdateRun } from '../updates.ts'

/** What has a newer version, as the settings have it. The versions have no documented form. */
const availableOf = ({ updates: { available } }: App) => ({
  plugin: available.plugins,
  theme: available.themes,
  core: available.core,
  themes_with_versions: [],
  plugins_with_versions: [],
})

const counts = (selected: number, updated: number) => ({ selected, updated })

const runRow = ({ id, core, plugins, themes, at }: UpdateRun, app_id: string) => ({
  id,
  app_id,
  message: 'Update done',
  updates: { core, themes: counts(themes, themes), plugins: counts(plugins, plugins) },
  status: '1',
  type: '0',
  created_at: at,
  update_date: at,
  reason: 'Operation completed',
  case: 1,
})

/** Whether it is to be on, in the form of either version; undefined when neither says so. */
function switchOf(call: Call): boolean | undefined {
  if (call.has('status')) return call.number('status') === 1
  return call.has('enable') ? ['1', 'true', 'yes', 'on', 'enable'].includes(call.text('enable')) : undefined
}

/** The list under the name of v2, else under that of v1. */
const named = (call: Call, v2: string, v1: string) => call.list(call.has(v2) ? v2 : v1)

export const safeUpdates: Routes = {
  safeupdates_available: (call) =>
    begin(call, {
      type: 'safeupdates_available',
      parameters: () => ({ available_update_list: availableOf(call.app) }),
    }),

  safeupdates_list: ({ account, has, text }) =>
    ok({
      status: true,
      updates_list: account.apps
        .filter(
          (app) =>
            app.application === 'wordpress' && (!has('server_id') || app.server_id === text('server_id')),
        )
        .map(({ id, updates: { enabled, slot, day, core, available } }) => ({
          app_id: id,
          is_enable: enabled ? '1' : '0',
          update_slot: String(slot),
          update_day: String(day),
          core,
          plugins: { require: available.plugins.length },
          theme: { require: available.themes.length },
        })),
    }),

  safeupdates_status_get: ({ app }) => ok({ status: true, data: { is_active: app.updates.enabled } }),

  safeupdates_status_update(call) {
    const enabled = switchOf(call)
    if (enabled === undefined) return invalid('status', 'required', 'status is missing.')
    call.app.updates.enabled = enabled
    return ok({ status: true, data: { enabled: enabled ? '1' : '0' } })
  },

  safeupdates_settings_get({ app }) {
    const { updates } = app
    return ok({
      status: true,
      settings: {
        id: '51',
        app_id: app.id,
        is_update_enable: updates.enabled ? '1' : '0',
        update_list: { plugin: updates.plugins, theme: updates.themes, core: updates.core },
        available_update_list: availableOf(app),
        update_slot: slots[updates.slot - 1] ?? String(updates.slot),
        update_day: days[updates.day - 1] ?? String(updates.day),
        updated_at: '2026-05-01 00:00:00',
        notification_email: updates.email,
        ...updates.notify,
      },
    })
  },

  safeupdates_settings_update(call) {
    const { updates } = call.app
    const day = days.indexOf(call.text('day_of_week')) + 1
    if (call.has('day_of_week') && day === 0) return invalid('day_of_week', 'enum', 'There is no such day.')
    const slot = slots.indexOf(call.text('time_slot')) + 1
    if (call.has('time_slot') && slot === 0)
      return invalid('time_slot', 'enum', 'There is no such time slot.')
    const { notify } = updates
    const told = (name: keyof typeof notify) => call.has(name) && { [name]: call.text(name) }
    Object.assign(
      updates,
      call.has('day_of_week') && { day },
      call.has('time_slot') && { slot },
      call.has('update_day') && { day: call.number('update_day') },
      call.has('update_slot') && { slot: call.number('update_slot') },
      call.has('status') && { enabled: call.number('status') === 1 },
      call.has('core') && { core: call.text('core') },
      call.has('plugin') && { plugins: call.list('plugin') },
      call.has('theme') && { themes: call.list('theme') },
      call.has('emails') && { email: call.text('emails') },
    )
    Object.assign(notify, told('pre_notification'), told('successful_updates'), told('failed_updates'))
    return ok({ status: true })
  },

  safeupdates_schedule_get: ({ app: { updates } }) =>
    ok({
      status: true,
      updates_list: {
        core: updates.core,
        themes: counts(updates.themes.length, 0),
        plugins: counts(updates.plugins.length, 0),
      },
    }),

  safeupdates_history_get: ({ app }) =>
    ok({ status: true, history: app.updates.history.map((run) => runRow(run, app.id)) }),

  safeupdates_run(call) {
    const { updates } = call.app
    const [plugins, themes] = [named(call, 'plugins', 'plugin'), named(call, 'themes', 'theme')]
    const core = call.has('core') ? 'yes' : 'no'
    if (plugins.length + themes.length === 0 && core === 'no') {
      return invalid('plugins', 'required', 'There is nothing to update.')
    }
    const id = String(call.newId())
    return change(call, 'safeupdates_run', () => {
      const { available } = updates
      available.plugins = available.plugins.filter((slug) => !plugins.includes(slug))
      available.themes = available.themes.filter((slug) => !themes.includes(slug))
      if (core === 'yes') available.core = 'no'
      updates.history.unshift({
        ...{ id, core, plugins: plugins.length, themes: themes.length },
        at: stamp(call.now),
      })
    })
  },
}
