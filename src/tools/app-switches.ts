/** Switches of an app. Of most of them Cloudways does not tell how they stand. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { object } from '../core/send/inventory.ts'
import type { Before, RunContext } from '../core/types/tool.ts'
import { type AppTarget, isOn, type Switch, switchBack, thenClearCache } from './effects.ts'
import { enableDisable, serverApp } from './params.ts'

type Status = z.infer<typeof enableDisable>

interface Kind {
  path: string
  /** What visitors and others notice. */
  impact: Readonly<Record<Status, string>>
  /** Something that works today may fail when it is switched off. */
  breaks?: true
  /** The field of an answer at once: its new state, by system user. The others start an operation. */
  answers?: string
}

const switches = {
  webp: {
    path: '/app/manage/webP',
    impact: {
      enable: 'Browsers that know WebP get the WebP file of a picture, where there is one.',
      disable: 'All browsers get the pictures in their first format, which load more slowly.',
    },
  },
  geo_ip_header: {
    path: '/app/manage/geo_ip_header',
    impact: {
      enable: 'The app is told the country of each visitor in a header.',
      disable: 'Code that shows prices, taxes or languages by the country header does not know it any more.',
    },
    breaks: true,
    answers: 'geo_ip',
  },
  xmlrpc: {
    path: '/app/manage/xmlrpc',
    impact: {
      enable: 'xmlrpc.php answers again, to Jetpack and the WordPress app, and to whoever guesses passwords.',
      disable: 'Jetpack, the WordPress app and others that use xmlrpc.php lose the site.',
    },
    breaks: true,
    answers: 'xml_rpc',
  },
  device_detection: {
    path: '/app/manage/device/detection',
    impact: {
      enable: 'Phones, tablets and desktops are cached apart: the cache is cold at first.',
      disable: 'A theme with pages of its own for phones may show visitors the page of another device.',
    },
    breaks: true,
  },
  cron_optimizer: {
    path: '/app/manage/cron_setting',
    impact: {
      enable: 'A system cron runs the jobs of WordPress, in place of the visits of people.',
      disable:
        'Jobs of WordPress run when somebody visits: on a quiet site mails and scheduled posts are late.',
    },
  },
} as const satisfies Record<string, Kind>

type Name = keyof typeof switches
const names = Object.keys(switches) as [Name, ...Name[]]
const kindOf = (name: Name): Kind => switches[name]

/** The new state in an answer at once; `null`: it does not tell. */
function stateIn(body: unknown, field: string): boolean | null {
  const states = Object.values(object(object(object(body)?.response)?.[field]) ?? {})
  return states.length === 1 ? isOn(states[0]) : null
}

const opposite = 'the same tool with the opposite status, if it stood so before: Cloudways does not tell'

const readCors = async ({ server_id, app_id }: AppTarget, { send }: RunContext): Promise<Switch> => {
  const body = await send({ method: 'GET', path: '/app/get_settings_value', query: { server_id, app_id } })
  return { enabled: isOn(object(body)?.cors_header) }
}

const isLikeThat = (status: Status, { now }: Before) =>
  (now as Switch | null)?.enabled === (status === 'enable')

export const appSwitches = defineTools(
  'apps',
  {
    set_app_switch: {
      title: 'Switch of an app',
      description:
        'Switches a feature of an app on or off: WebP redirection, GeoIP header, XML-RPC, cache by device, cron optimizer.',
      risk: 'disruptive',
      aliases: [
        { name: 'app_webp_redirection_update', input: { switch: 'webp' } },
        { name: 'app_geo_ip_header_update', input: { switch: 'geo_ip_header' } },
        { name: 'app_xmlrpc_update', input: { switch: 'xmlrpc' } },
        { name: 'app_device_detection_update', input: { switch: 'device_detection' } },
        { name: 'app_cron_optimizer_update', input: { switch: 'cron_optimizer' } },
      ],
      input: { ...serverApp, switch: z.enum(names), status: enableDisable },
      output: operation,
      riskOf: ({ switch: name, status }) =>
        status === 'disable' && kindOf(name).breaks ? 'disruptive' : 'write',
      effects: {
        impact: ({ switch: name, status }) => kindOf(name).impact[status],
        undo: opposite,
      },
      settle: null,
      requests: 1,
      run: async ({ switch: name, ...body }, { send }) => {
        const { path, answers } = kindOf(name)
        const answer = await send({ method: 'POST', path, body })
        const enabled = answers ? stateIn(answer, answers) : null
        return enabled === null ? answer : { content: { enabled } }
      },
    },

    set_ignore_query_string: {
      title: 'Ignore query strings in the cache',
      description:
        'Lets the cache of an app take all addresses that differ by their query (?a=b) for one page, or tell them apart again.',
      risk: 'disruptive',
      aliases: ['app_ignore_query_string_update'],
      input: { ...serverApp, status: enableDisable },
      output: operation,
      riskOf: ({ status }) => (status === 'enable' ? 'disruptive' : 'write'),
      effects: {
        impact: ({ status }) =>
          status === 'enable'
            ? 'Pages that differ by their query alone come out of one cache entry: search, filters and pages of a list may show what another visitor asked for.'
            : 'Each query gets a cache entry of its own: pages are right, and the server has more to do.',
        undo: opposite,
      },
      settle: null,
      next: thenClearCache,
      request: (body) => ({ method: 'POST', path: '/app/manage/ignore/query_string', body }),
    },

    set_php_direct_execution: {
      title: 'PHP files in upload folders',
      description:
        'Lets PHP files in the upload folders of an app run when somebody asks for them, or stops that. Off is the safe state.',
      risk: 'disruptive',
      aliases: ['app_php_direct_execution_update'],
      input: { ...serverApp, status: enableDisable },
      output: operation,
      effects: {
        impact: ({ status }) =>
          status === 'enable'
            ? 'Whoever gets a PHP file into an upload folder can run it: the usual way in for malware.'
            : 'Plugins that call their own PHP files directly stop working.',
        undo: opposite,
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/app/manage/php_direct_execution', body }),
    },

    set_app_cors_header: {
      title: 'CORS header of an app',
      description: 'Switches the CORS header of an app on or off: whether other sites may read its answers.',
      risk: 'disruptive',
      aliases: ['app_cors_headers_update'],
      input: { ...serverApp, status: enableDisable },
      output: operation,
      riskOf: ({ status }, before) => (isLikeThat(status, before) ? 'write' : 'disruptive'),
      effects: {
        impact: ({ status }, before) => {
          if (isLikeThat(status, before)) return `The CORS header is ${status}d already; nothing changes.`
          return status === 'enable'
            ? 'Scripts on other sites may read what the app answers to the browsers of their visitors.'
            : 'Front ends on other domains, and fonts or data that other sites load from the app, stop working.'
        },
        undo: 'the same tool with the opposite status',
        now: readCors,
        inverse: ({ server_id, app_id, status }, before) => {
          const back = switchBack(status, before)
          return back && { tool: 'set_app_cors_header', input: { server_id, app_id, status: back } }
        },
      },
      settle: ({ server_id, app_id }) => ({ tool: 'get_app_settings', input: { server_id, app_id } }),
      request: ({ status, ...target }) => ({
        method: 'POST',
        path: '/app/cors_header',
        body: { ...target, corsHeader: status },
      }),
    },
  },
  { core: false },
)
