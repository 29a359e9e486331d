/** PHP, MySQL and web server of a whole server: settings and packages. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { type Json, object, textOf, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { checkOffered, keysIn, readOffers } from './offers.ts'
import { checkPackage } from './offers-of-servers.ts'
import { edited, told } from './outputs.ts'
import { server } from './params.ts'
import { setBack, withAsked } from './settings-group.ts'
import { numberOf } from './values.ts'

const count = (about?: string) => {
  const number = z.int().min(0).max(1_000_000).optional()
  return about ? number.describe(about) : number
}
const word = (about?: string) => {
  const text = z
    .string()
    .max(200)
    .regex(/^[\w/+&~|(). :-]+$/, { error: 'must be one value, letters, digits and /+&~|(). :-' })
    .optional()
  return about ? text.describe(about) : text
}

/** What restarts with a setting. */
const php = {
  execution_limit: count('Seconds'),
  memory_limit: count('MB'),
  upload_size: count('MB'),
  max_input_vars: count(),
  max_input_time: count('Seconds'),
  opcache_memory_size: count('MB'),
  date_timezone: word('PHP'),
  display_errors: z.enum(['On', 'Off']).optional(),
  error_reporting: word('Such as E_ALL'),
  mod_xdebug: word(),
}
const mysql = {
  mysql_timezone: word(),
  character_set_server: word('MySQL'),
  max_connections: count('MySQL'),
  innodb_buffer_pool_size: count('MB'),
  innodb_lock_wait_timeout: count('Seconds'),
  wait_timeout: count('Seconds, MySQL'),
}
const web = {
  static_cache_expiry: count('Minutes'),
  varnish_default_ttl: count('Minutes'),
  tls_version: word('Oldest accepted'),
  nginx_http2: word(),
  new_default_app: word('System user of the app that answers on the bare address'),
  sys_locale: word(),
}
const settings = { ...php, ...mysql, ...web }
type Name = keyof typeof settings
const names = Object.keys(settings) as Name[]

/** The names that the platform gives to two of them when it tells them. */
const toldAs: Partial<Record<Name, string>> = { date_timezone: 'date.timezone', tls_version: 'ssl_protocols' }

const isCount = (name: Name) => settings[name].safeParse(1).success

/** The argument for a setting as the platform tells it; `undefined` where none sets it. */
export function settingArgument(
  told: string,
  value: string | undefined,
): { name: Name; value: string | number | undefined } | undefined {
  const name = names.find((one) => (toldAs[one] ?? one) === told)
  return name && { name, value: isCount(name) ? (numberOf(value) ?? undefined) : value }
}

/** The settings that the call names, as they are now; null for what the platform does not tell. */
async function readSettings({ send }: RunContext, { server_id, ...asked }: Json): Promise<Json> {
  const path = '/server/manage/settings'
  const body = object(await send({ method: 'GET', path, query: { server_id: textOf(server_id) } }))
  const found = object(body?.settings)
  if (!found) throw unknownShape('the settings of the server')
  const now = (name: Name) => {
    const value = found[toldAs[name] ?? name]
    return isCount(name) ? numberOf(value) : textOf(value) || null
  }
  return Object.fromEntries(
    names.filter((name) => asked[name] !== undefined).map((name) => [name, now(name)]),
  )
}

/** Lists of accepted values, by the settings that take one of them. */
const lists: Partial<Record<Name, string>> = {
  date_timezone: 'timezone',
  mysql_timezone: 'timezone',
  character_set_server: 'character_set',
  error_reporting: 'error_reporting',
}

const touched = (input: Json) =>
  Object.entries({ PHP: php, MySQL: mysql, 'the web server': web }).flatMap(([what, group]) =>
    Object.keys(group).some((name) => input[name] !== undefined) ? [what] : [],
  )

const packageKind = (name: string) =>
  name === 'php' ? 'php' : /^(?:mysql|mariadb)$/.test(name) ? 'database' : 'other'

export const serverSettings = defineTools(
  'servers',
  {
    update_server_settings: {
      title: 'Change server settings',
      description:
        'Changes PHP, MySQL or web server settings for all apps of a server; only what is given changes. Services restart. get_server_settings has the values of now. Returns before and after.',
      risk: 'disruptive',
      aliases: ['server_settings_update'],
      input: { server_id: server(), ...settings },
      output: edited(
        z.looseObject(Object.fromEntries(names.map((name) => [name, told(z.unknown()).optional()]))),
      ),
      check: async (input, context) => {
        const asked = (Object.entries(lists) as [Name, string][]).filter(
          ([name]) => input[name] !== undefined,
        )
        if (asked.length === 0) return
        const offered = object((await readOffers('/settings', context))?.settings)
        for (const [argument, list] of asked) {
          const value = String(input[argument])
          checkOffered(
            { tool: 'update_server_settings', argument, value, by: 'Cloudways' },
            keysIn(offered?.[list]),
          )
        }
      },
      effects: {
        impact: (input) => {
          const services = touched(input)
          const names = Object.keys(input).filter((name) => name !== 'server_id')
          const what = `${services.join(' and ') || 'a service'} ${services.length > 1 ? 'restart' : 'restarts'}`
          const shown =
            input.display_errors === 'On' ? ' Visitors see errors of PHP, which may tell secrets.' : ''
          return `For every app on the server ${what}, with another value of ${names.join(', ') || 'nothing'}. A value that is too small or wrong can keep them down.${shown}`
        },
        undo: 'the same tool with the values before, where the platform tells them',
        downtime: 'moments, while the services restart',
        inverse: (input, { now }) => setBack('update_server_settings', settings, input, now),
      },
      lock: ({ server_id }) => `server:${server_id}:settings`,
      edit: {
        read: (input, context) => readSettings(context, input),
        next: ({ server_id: _, ...asked }, now) => withAsked('update_server_settings', now, asked),
        write: ({ server_id }, next) => ({
          method: 'POST',
          path: '/server/manage/settings',
          body: { server_id, ...(next as Record<string, string | number>) },
        }),
      },
      settle: ({ server_id }) => ({ tool: 'get_server_settings', input: { server_id } }),
    },

    change_server_package: {
      title: 'Change package version',
      description:
        'Changes the version of PHP, the database or another package for all apps of a server; 0 removes one, latest installs it. A database does not go back. Needs a recent backup of every app. Returns the operation.',
      risk: 'destructive',
      aliases: ['server_package_update'],
      input: {
        server_id: server(),
        package_name: z
          .string()
          .max(50)
          .regex(/^[a-z][\w-]*$/i, { error: 'must be a package of get_available_packages, such as php' })
          .describe('Of get_available_packages: php, mysql, redis, ...'),
        package_version: z
          .string()
          .max(50)
          .regex(/^[\w.,+-]+$/, { error: 'must be a version of get_available_packages' })
          .describe('Of get_available_packages, such as 8.3 or mariadb,10.11'),
      },
      output: operation,
      check: async ({ server_id, package_name, package_version }, context) => {
        const row = (await context.rows()).find(({ id }) => textOf(id) === server_id)
        const asked = { package_name, package_version, release: textOf(row?.platform) }
        await checkPackage('change_server_package', asked, context)
      },
      riskOf: ({ package_name, package_version }) =>
        package_version === '0' || packageKind(package_name) === 'database' ? 'destructive' : 'disruptive',
      effects: {
        impact: ({ package_name, package_version }) => {
          if (package_version === '0')
            return `${package_name} is removed from the server with its data: every app that uses it fails.`
          const kind = packageKind(package_name)
          if (kind === 'database')
            return `The database of every app on the server becomes ${package_version}, which can't be undone; apps that do not fit it fail.`
          const who =
            kind === 'php'
              ? 'every app on the server, which fails if it does not fit'
              : 'every app on the server'
          return `${package_name} becomes ${package_version} for ${who}.`
        },
        undo: ({ package_name }) =>
          packageKind(package_name) === 'php' ? 'the same tool with the PHP version before' : null,
        downtime: 'moments to minutes, while the package changes',
        now: async ({ server_id, package_name }, context) => {
          const { send } = context
          const body = await send({ method: 'GET', path: '/server/manage/settings', query: { server_id } })
          const versions = object(object(object(body)?.settings)?.package_versions)
          return { version: textOf(versions?.[package_name]) || null }
        },
        inverse: ({ server_id, package_name, package_version }, { now }) => {
          const before = textOf(object(now)?.version)
          if (packageKind(package_name) !== 'php' || before === package_version) return undefined
          if (!/^[\w.,+-]{1,50}$/.test(before) || before === '0') return undefined
          return {
            tool: 'change_server_package',
            input: { server_id, package_name, package_version: before },
          }
        },
      },
      requires: 'recent backup',
      settle: ({ server_id }) => ({
        tool: 'get_server_settings',
        input: { server_id },
        why: 'tells package_versions',
      }),
      request: (body) => ({ method: 'POST', path: '/server/manage/package', body }),
    },
  },
  { core: false },
)
