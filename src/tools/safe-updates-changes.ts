import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { object } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { type AppTarget, isOn, type Switch, thenClearCache } from './effects.ts'
import { maybe } from './outputs.ts'
import { backupFirst, serverApp } from './params.ts'
import {
  editUpdates,
  impactOfUpdates,
  riskOfUpdates,
  settingsArguments,
  slug,
  updatesBack,
} from './update-settings.ts'
import { updateSettings } from './updates.ts'

const settings = ({ server_id, app_id }: AppTarget) => ({
  tool: 'get_safeupdates_settings',
  input: { server_id, app_id },
})

const readSwitch = async ({ server_id, app_id }: AppTarget, { send }: RunContext): Promise<Switch> => {
  const body = await send({ method: 'GET', path: `/app/safeupdates/${app_id}/status`, query: { server_id } })
  return { enabled: isOn(object(object(body)?.data)?.is_active) }
}

const slugs = z.array(slug).max(50)

interface Asked {
  core?: boolean
  plugins?: string[]
  themes?: string[]
}

/** What is updated, for a person. */
const named = ({ core, plugins = [], themes = [] }: Asked) =>
  [...(core ? ['WordPress itself'] : []), ...plugins, ...themes].join(', ')

/** @throws InputError when nothing is named: nobody updates all by leaving something out. */
function checkNamed(asked: Asked): void {
  if (named(asked)) return
  throw new InputError(
    'run_safeupdates: nothing to update was named.',
    'Nothing was changed. Give core, plugins or themes; list_app_updates lists what has a newer version.',
  )
}

export const safeUpdatesChanges = defineTools(
  'safe_updates',
  {
    set_safeupdates_status: {
      title: 'Switch SafeUpdates',
      description:
        'Switches the scheduled WordPress updates of an app on or off. Returns whether they are on.',
      risk: 'disruptive',
      input: { ...serverApp, enabled: z.boolean() },
      output: z.looseObject({ enabled: maybe(z.boolean()) }),
      riskOf: ({ enabled }, { now }) =>
        enabled && (now as Switch | null)?.enabled !== true ? 'disruptive' : 'write',
      effects: {
        impact: ({ enabled }) =>
          enabled
            ? 'The live site is updated by itself, by its schedule: an update can break it while nobody looks.'
            : 'The site is no longer updated by itself: known holes stay open until somebody updates it.',
        undo: ({ enabled }) => `the same tool with enabled ${!enabled}`,
        cost: 'more each month when on, less when off',
        now: readSwitch,
        inverse: ({ server_id, app_id, enabled }, { now }) =>
          (now as Switch | null)?.enabled === !enabled
            ? { tool: 'set_safeupdates_status', input: { server_id, app_id, enabled: !enabled } }
            : undefined,
      },
      settle: settings,
      request: ({ server_id, app_id, enabled }) => ({
        method: 'POST',
        path: '/app/safeupdates/status',
        body: { server_id, app_id, status: Number(enabled) },
      }),
      otherForm: {
        fields: ['status', 'enable'],
        request: ({ server_id, app_id, enabled }) => ({
          method: 'POST',
          path: '/app/safeupdates/status',
          body: { server_id, app_id, enable: enabled ? '1' : '0' },
        }),
      },
      answer: (body) => ({ enabled: isOn(object(object(body)?.data)?.enabled) }),
    },

    update_safeupdates_settings: {
      title: 'Change SafeUpdates',
      description:
        'Changes when SafeUpdates runs for an app, or what it updates and whom it tells: two calls for both. What is left out stays. Returns before and after.',
      risk: 'disruptive',
      input: { ...serverApp, ...settingsArguments },
      output: z.looseObject({
        before: updateSettings,
        after: updateSettings.nullable().describe('null: could not be read'),
        changed: z.boolean(),
      }),
      riskOf: riskOfUpdates,
      effects: {
        impact: impactOfUpdates,
        undo: 'the same tool the other way round',
        inverse: updatesBack,
      },
      lock: ({ app_id }) => `app:${app_id}:safeupdates`,
      settle: settings,
      edit: editUpdates,
    },

    run_safeupdates: {
      title: 'Update WordPress now',
      description:
        'Updates the named plugins, themes or the core of a WordPress app now, on the live site. Needs a recent backup, or backup_first. Returns the operation.',
      risk: 'disruptive',
      input: {
        ...serverApp,
        core: z.boolean().optional(),
        plugins: slugs.optional().describe('Slugs'),
        themes: slugs.optional(),
        backup_first: backupFirst(),
      },
      output: operation,
      effects: {
        impact: (asked) =>
          `${named(asked) || 'Nothing'}: updated on the live site now. An update can break pages or the checkout.`,
        undo: 'restore_app',
        downtime: 'moments, while the files change; longer if an update breaks the site',
      },
      requires: 'recent backup',
      backupFirst: true,
      settle: ({ server_id, app_id }) => ({
        tool: 'list_safeupdates_history',
        input: { server_id, app_id },
      }),
      next: thenClearCache,
      request: ({ server_id, app_id, core, plugins, themes }) => {
        checkNamed({ core, plugins, themes })
        return {
          method: 'PUT',
          path: `/app/safeupdates/${app_id}`,
          body: { server_id, core: core ? 1 : undefined, plugins, themes },
        }
      },
      otherForm: {
        fields: ['plugins', 'themes', 'plugin', 'theme'],
        request: ({ server_id, app_id, core, plugins, themes }) => ({
          method: 'PUT',
          path: `/app/safeupdates/${app_id}`,
          body: { server_id, core: core ? 1 : undefined, plugin: plugins, theme: themes },
        }),
      },
    },
  },
  { core: false },
)
