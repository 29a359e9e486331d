import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { object, textOf } from '../core/send/inventory.ts'
import type { Risk } from '../core/types/plan.ts'
import type { Before, RunContext } from '../core/types/tool.ts'
import { isOn, type Switch, switchBack } from './effects.ts'
import { findServer } from './inventory.ts'
import { mapOf, parts, told } from './outputs.ts'
import { server, serverApp } from './params.ts'
import { stateWords } from './words.ts'

const names =
  'apache2, nginx, mysql, memcached, varnish, redis-server, elasticsearch, or a PHP-FPM unit such as php8.2-fpm'

const service = z
  .string()
  .max(100)
  .regex(
    /^(apache2|nginx|mysql|memcached|varnish|redis-server|elasticsearch|newrelic-sysmond|php\d{1,2}\.\d{1,2}-fpm)$/,
    {
      error: `must be one of ${names}`,
    },
  )
  .describe(names)

const action = z.enum(['enable', 'disable', 'purge'])

const outages = {
  start: undefined,
  stop: 'until it is started again, for apps that need it',
  restart: 'some seconds, for apps that need it',
}

interface VarnishAction {
  action: z.infer<typeof action>
}

/** Without Varnish each visitor reaches PHP and the database: a site that lives by its cache fails under its traffic. */
const varnishRisk = ({ action }: VarnishAction, { now }: Before): Risk =>
  action !== 'disable' || (now as Switch | null)?.enabled === false ? 'write' : 'disruptive'

function varnishImpact(action: VarnishAction['action'], who: string): string {
  if (action === 'enable') return `${who} answers from the cache again, once it is warm.`
  if (action === 'purge') return `${who} is slower until the cache is warm again.`
  return `${who} works without its cache: pages are slower, and under much traffic they may fail.`
}

const varnishUndo = ({ action }: VarnishAction) =>
  action === 'purge' ? null : `the same tool with action ${action === 'enable' ? 'disable' : 'enable'}`

export const services = defineTools('services', {
  get_server_services_status: {
    title: 'Services of a server',
    description:
      'Tells which services of a server run: web server, MySQL, caches. Use before change_service_state.',
    risk: 'read',
    aliases: ['service_status'],
    input: { server_id: server() },
    output: z.looseObject({
      services: z.looseObject({ status: mapOf(z.string().nullable()) }),
      server_status: z.string().nullable(),
      why: z.string().optional().describe('Why the states are other than what Cloudways answered'),
      parts,
    }),
    requests: 2,
    run: async ({ server_id }, context) => {
      const { values, status } = await context.parts({
        services: () => serviceStates(context, server_id),
        server: async () => textOf((await findServer(context, server_id)).status) || null,
      })
      const server_status = values.server ?? null
      const states = values.services ?? null
      if (isOn(server_status) !== false) return { services: { status: states }, server_status, parts: status }
      // The platform may repeat what it saw before the stop.
      return {
        services: { status: states && stopped(states) },
        server_status,
        why: 'The server is stopped, so that none of its services runs.',
        parts: status,
      }
    },
  },

  change_service_state: {
    title: 'Start, stop or restart a service',
    description:
      'Starts, stops or restarts one service of a server. Stopping nginx, apache2 or mysql takes every app on it offline. Returns the new state.',
    risk: 'disruptive',
    aliases: [
      { name: 'service_start', input: { state: 'start' } },
      { name: 'service_stop', input: { state: 'stop' } },
      { name: 'service_restart', input: { state: 'restart' } },
    ],
    input: { server_id: server(), service, state: z.enum(['start', 'stop', 'restart']) },
    output: z.looseObject({ service: z.string(), status: z.string() }),
    riskOf: ({ state }) => (state === 'start' ? 'write' : 'disruptive'),
    effects: {
      impact: ({ service, state }) =>
        state === 'start'
          ? `${service} starts; apps that need it work again.`
          : `Apps that need ${service} fail ${state === 'stop' ? 'until it is started again' : 'while it restarts'}.`,
      undo: ({ state }) =>
        state === 'restart' ? null : `the same tool with state ${state === 'stop' ? 'start' : 'stop'}`,
      downtime: ({ state }) => outages[state],
      now: async ({ server_id, service }, context) => ({
        status: (await readServices(context, server_id))[service] ?? null,
      }),
      inverse: ({ server_id, service, state }, { now }) => {
        const ran = isOn((now as { status?: unknown } | null)?.status)
        if (state === 'restart' || ran === null || ran === (state === 'start')) return undefined
        return {
          tool: 'change_service_state',
          input: { server_id, service, state: ran ? 'start' : 'stop' },
        }
      },
    },
    settle: ({ server_id }) => ({ tool: 'get_server_services_status', input: { server_id } }),
    request: ({ server_id, service, state }) => ({
      method: 'POST',
      path: '/service/state',
      body: { server_id, service, state },
    }),
    answer: (body, { service }) => {
      return { service, status: textOf(object(object(body)?.service_status)?.status) || 'accepted' }
    },
  },

  manage_server_varnish: {
    title: 'Varnish of a server',
    description:
      'Enables, disables or purges the Varnish cache for all apps of a server. For one app use manage_app_varnish; to empty all caches of one app use clear_app_cache.',
    risk: 'disruptive',
    aliases: ['varnish_manage'],
    input: { server_id: server(), action },
    output: operation,
    mayEndAtOnce: true,
    riskOf: varnishRisk,
    effects: {
      impact: ({ action }) => varnishImpact(action, 'Every app on the server'),
      undo: varnishUndo,
      now: async ({ server_id }, context): Promise<Switch> => {
        const { varnish, varnish_enabled } = await readServices(context, server_id)
        return { enabled: isOn(varnish_enabled) ?? isOn(varnish) }
      },
      inverse: ({ server_id, action }, before) => {
        const back = switchBack(action, before)
        return back && { tool: 'manage_server_varnish', input: { server_id, action: back } }
      },
    },
    settle: ({ server_id }) => ({ tool: 'get_server_services_status', input: { server_id } }),
    request: ({ server_id, action }) => ({
      method: 'POST',
      path: '/service/varnish',
      body: { server_id, action },
    }),
  },

  get_app_varnish_status: {
    title: 'Varnish status of an app',
    description: 'Tells whether Varnish is on for one app. For its rules use get_app_varnish_settings.',
    risk: 'read',
    aliases: ['varnish_app_status'],
    input: serverApp,
    output: z.looseObject({ response: told(z.looseObject({})).optional() }),
    request: (query) => ({ method: 'GET', path: '/service/appVarnish', query }),
  },

  manage_app_varnish: {
    title: 'Varnish of an app',
    description:
      'Enables, disables or purges the Varnish cache of one app. To empty all its caches use clear_app_cache.',
    risk: 'disruptive',
    aliases: ['varnish_app_manage'],
    input: { ...serverApp, action },
    output: operation,
    mayEndAtOnce: true,
    riskOf: varnishRisk,
    effects: {
      impact: ({ action }) => varnishImpact(action, 'The app'),
      undo: varnishUndo,
      now: async ({ server_id, app_id }, { send }): Promise<Switch> => {
        const body = await send({ method: 'GET', path: '/service/appVarnish', query: { server_id, app_id } })
        return { enabled: isOn(object(object(body)?.response)?.varnish_enabled) }
      },
      inverse: ({ server_id, app_id, action }, before) => {
        const back = switchBack(action, before)
        return back && { tool: 'manage_app_varnish', input: { server_id, app_id, action: back } }
      },
    },
    settle: ({ server_id, app_id }) => ({ tool: 'get_app_varnish_status', input: { server_id, app_id } }),
    request: (body) => ({ method: 'POST', path: '/service/appVarnish', body }),
  },
})

/** The states by the name of the service, for a look before a change: what is not in it is unknown. */
const readServices = async (context: RunContext, server_id: string): Promise<Record<string, unknown>> =>
  (await serviceStates(context, server_id)) ?? {}

/** The state of each service of a server, and the switches beside them; `null` when there is no such map. */
async function serviceStates({ send }: RunContext, server_id: string) {
  const body = await send({ method: 'GET', path: '/service', query: { server_id } })
  const services = object(body)?.services
  const states = isEmptyList(services) ? services : object(services)?.status
  if (isEmptyList(states)) return {}
  const map = object(states)
  if (!map) return null
  return stateWords(map)
}

/** PHP writes an empty map as an empty list. */
const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0

/** The switches say what is wanted, not what runs. */
const stopped = (states: Record<string, string | null>) =>
  Object.fromEntries(
    Object.entries(states).map(([name, state]) => [name, name.endsWith('_enabled') ? state : 'stopped']),
  )
