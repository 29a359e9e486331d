import * as z from 'zod'
import { defineTools } from '../core/define.ts'
import { operation } from './outputs.ts'
import { server, serverApp } from './params.ts'

const names =
  'apache2, nginx, mysql, memcached, varnish, redis-server, elasticsearch, or a PHP-FPM unit such as php8.2-fpm'

const service = z
  .string()
  .regex(
    /^(apache2|nginx|mysql|memcached|varnish|redis-server|elasticsearch|newrelic-sysmond|php\d\.\d-fpm)$/,
    {
      error: `must be one of ${names}`,
    },
  )
  .describe(names)

const action = z.enum(['enable', 'disable', 'purge'])

export const services = defineTools('services', {
  get_server_services_status: {
    title: 'Services of a server',
    description:
      'Tells which services of a server run: web server, MySQL, caches. Use before change_service_state.',
    risk: 'read',
    alias: 'service_status',
    input: { server_id: server() },
    output: z.looseObject({ services: z.looseObject({ status: z.record(z.string(), z.unknown()) }) }),
    request: ({ server_id }) => ({ method: 'GET', path: '/service', query: { server_id } }),
  },

  change_service_state: {
    title: 'Start, stop or restart a service',
    description:
      'Starts, stops or restarts one service of a server. Stopping nginx, apache2 or mysql takes every app on it offline. Answers the new state.',
    risk: 'disruptive',
    alias: 'service_restart',
    input: { server_id: server(), service, state: z.enum(['start', 'stop', 'restart']) },
    output: z.looseObject({ service: z.string(), status: z.string() }),
    effects: {
      impact: 'Apps that need the service fail while it is down.',
      undo: 'the same tool with state start',
    },
    request: ({ server_id, service, state }) => ({
      method: 'POST',
      path: '/service/state',
      body: { server_id, service, state },
    }),
    answer: (body, { service }) => {
      const { service_status } = (body ?? {}) as { service_status?: { status?: string } }
      return { service, status: service_status?.status ?? 'accepted' }
    },
  },

  manage_server_varnish: {
    title: 'Varnish of a server',
    description:
      'Enables, disables or purges the Varnish cache for all apps of a server. For one app use manage_app_varnish; to empty all caches of one app use clear_app_cache.',
    risk: 'write',
    alias: 'varnish_manage',
    input: { server_id: server(), action },
    output: operation,
    effects: {
      impact: 'Pages are slower until the cache is warm again.',
      undo: 'the same tool with the opposite action',
    },
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
    alias: 'varnish_app_status',
    input: serverApp,
    output: z.looseObject({ response: z.looseObject({}).optional() }),
    request: (query) => ({ method: 'GET', path: '/service/appVarnish', query }),
  },

  manage_app_varnish: {
    title: 'Varnish of an app',
    description:
      'Enables, disables or purges the Varnish cache of one app. To empty all its caches use clear_app_cache.',
    risk: 'write',
    alias: 'varnish_app_manage',
    input: { ...serverApp, action },
    output: operation,
    effects: {
      impact: 'The app is slower until the cache is warm again.',
      undo: 'the same tool with the opposite action',
    },
    request: (body) => ({ method: 'POST', path: '/service/appVarnish', body }),
  },
})
