/** Whether visitors reach an app at all, and what the app does by the clock. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { addressText } from '../core/declare/marks.ts'
import { operation } from '../core/declare/operation.ts'
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import type { Before, RunContext } from '../core/types/tool.ts'
import { type AppTarget, isOn, type Switch, switchBack } from './effects.ts'
import { row } from './outputs.ts'
import { enableDisable, serverApp } from './params.ts'

const stateRequest = ({ server_id, app_id }: AppTarget) => ({
  method: 'GET' as const,
  path: '/app/getApplicationAccess',
  query: { server_id, app_id },
})

/** The states stand under the system users of apps. Of several, nobody says which is the one that was asked for. */
function stateIn(body: unknown): boolean | null {
  const states = Object.values(object(object(object(body)?.response)?.app_status) ?? {})
  return states.length === 1 ? isOn(states[0]) : null
}

const readState = async (target: AppTarget, { send }: RunContext): Promise<Switch> => ({
  enabled: stateIn(await send(stateRequest(target))),
})

const stateOf = ({ now }: Before) => (now as Switch | null)?.enabled ?? null

const inCrontab = ['minutes', 'hours', 'days', 'months', 'weekdays']

/** The five fields as a crontab has them. One that nobody told is a `?`. */
function jobOf({ cmd_type, command, ...rest }: Json) {
  const others = Object.entries(rest).filter(([name]) => !inCrontab.includes(name))
  return {
    type: textOf(cmd_type) || null,
    command: textOf(command) || null,
    schedule: inCrontab.map((name) => textOf(rest[name]).trim() || '?').join(' '),
    ...Object.fromEntries(others),
  }
}

/** @throws UpstreamError where there are neither jobs nor a script to read. */
function cronJobs(body: unknown) {
  const { basic, script } = object(body) ?? {}
  const jobs = readRows(basic)?.map(jobOf) ?? null
  if (!jobs && typeof script !== 'string') throw unknownShape('the cron jobs')
  return {
    jobs,
    script: typeof script === 'string' ? script.split('\n').filter((line) => line.trim()) : null,
  }
}

export const appState = defineTools(
  'apps',
  {
    get_app_state: {
      title: 'State of an app',
      description:
        'Tells whether an app is enabled: a disabled one answers no visitor. See change_app_state.',
      risk: 'read',
      aliases: ['app_access_state_get'],
      input: serverApp,
      output: z.looseObject({ enabled: z.boolean().nullable().describe('null: not told') }),
      request: stateRequest,
      answer: (body) => ({ enabled: stateIn(body) }),
    },

    list_app_cron_jobs: {
      title: 'Cron jobs of an app',
      description:
        'Lists the cron jobs of an app: command and schedule. They are edited in the Cloudways platform only.',
      risk: 'read',
      aliases: ['app_cron_list_get'],
      input: serverApp,
      output: z.looseObject({
        jobs: z
          .array(row({ type: z.string(), command: addressText(z.string()), schedule: z.string() }))
          .nullable()
          .describe('null: not told'),
        script: addressText(z.array(z.string()).nullable()).describe('Lines of the crontab beside them'),
      }),
      request: (query) => ({ method: 'GET', path: '/app/manage/cronList', query }),
      answer: cronJobs,
    },

    change_app_state: {
      title: 'Enable or disable app',
      description: 'Takes an app off the web, for maintenance, or puts it back. Files and database stay.',
      risk: 'disruptive',
      aliases: ['app_access_state_update'],
      input: { ...serverApp, state: enableDisable },
      output: operation,
      mayEndAtOnce: true,
      riskOf: ({ state }, before) =>
        state === 'enable' || stateOf(before) === false ? 'write' : 'disruptive',
      effects: {
        impact: ({ state }, before) => {
          if (stateOf(before) === (state === 'enable'))
            return `The app is ${state}d already; nothing changes.`
          return state === 'enable'
            ? 'Visitors reach the app again.'
            : 'Visitors, customers in the checkout among them, get no page of the app; the same goes for its API and payment callbacks.'
        },
        undo: ({ state }) => `the same tool with state ${state === 'enable' ? 'disable' : 'enable'}`,
        downtime: ({ state }) => (state === 'disable' ? 'until it is enabled again' : undefined),
        now: readState,
        inverse: ({ server_id, app_id, state }, before) => {
          const back = switchBack(state, before)
          return back && { tool: 'change_app_state', input: { server_id, app_id, state: back } }
        },
      },
      settle: ({ server_id, app_id }) => ({ tool: 'get_app_state', input: { server_id, app_id } }),
      request: (body) => ({ method: 'POST', path: '/app/state', body }),
    },
  },
  { core: false },
)
