import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { object, readRows, textOf } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { UpstreamError } from '../../errors.ts'
import { readList } from '../allow-list.ts'
import { isOn } from '../effects.ts'
import { id, maybe, row } from '../outputs.ts'
import {
  appsIn,
  type EstateApp,
  type EstateServer,
  missedOf,
  notChecked,
  oneServer,
  readEstate,
  settledParts,
  unreadApps,
} from './rows.ts'

const texts = z.array(z.string())

/** What can get in and the API tells nothing of. */
const unknowable =
  'Cloudways does not tell: keys of the master user, access tokens, addresses let into the browser terminal and Adminer, and who is signed in.'

export const accessReport = defineTools('estate', {
  who_has_access: {
    title: 'Who has access',
    description:
      'Lists in one call who and what can get in: team members, addresses allowed to SSH/SFTP and MySQL of each server, SSH users of each app with the labels of their keys. With person only what fits a name, email, user, key label or address. No passwords.',
    risk: 'read',
    reach: 'listed',
    input: {
      ...oneServer,
      person: z
        .string()
        .min(1)
        .max(255)
        .optional()
        .describe('Part of a name, email, user, key label or address'),
    },
    output: z.looseObject({
      members: z
        .array(
          row({
            id,
            name: z.string(),
            email: z.string(),
            role: maybe(z.string()),
            status: maybe(z.string()),
          }),
        )
        .nullable()
        .describe('null: not read'),
      servers: z.array(
        row({
          server_id: id,
          server: z.string().nullable(),
          master_user: z.string().nullable(),
          ssh: maybe(z.looseObject({ policy: z.string().nullable(), addresses: texts })),
          mysql: maybe(z.looseObject({ addresses: texts })),
        }),
      ),
      apps: z.array(
        row({
          app_id: id,
          app: z.string().nullable(),
          server_id: id,
          ssh_on: z.boolean().nullable(),
          users: z.array(row({ id, user: z.string(), keys: texts })).nullable(),
        }),
      ),
      unknowable: z.string(),
      not_checked: notChecked,
    }),
    requests: 400,
    run: async ({ server_id, person }, context) => {
      const servers = await readEstate(context, server_id)
      const [members] = await context.each(['members'], (_, own) => readMembers(own))
      const byServer = await context.each(servers, readServer)
      const byApp = await context.each(appsIn(servers), readApp)
      const fits = fitsPerson(person)
      const serverRows = byServer.flatMap((one) => ('value' in one ? [one.value.row] : []))
      const appRows = byApp.flatMap((one) => ('value' in one ? [one.value.row] : []))
      return {
        members: members && 'value' in members ? members.value.filter(fits) : null,
        servers: serverRows.filter(fits),
        apps: appRows.filter(fits),
        unknowable,
        not_checked: [
          ...(members && 'why' in members ? [{ what: 'members', why: members.why }] : []),
          ...byServer.flatMap(missedOf),
          ...byApp.flatMap((one) =>
            'value' in one ? one.value.missed : [{ what: `app ${one.item.id}`, why: one.why }],
          ),
          ...unreadApps(servers),
        ],
      }
    },
  },
})

/** Whether a row has the words of a person anywhere. */
function fitsPerson(person: string | undefined): (row: object) => boolean {
  if (person === undefined) return () => true
  const wanted = person.trim().toLowerCase()
  const has = (value: unknown): boolean =>
    typeof value === 'object' && value !== null
      ? Object.values(value).some(has)
      : textOf(value).toLowerCase().includes(wanted)
  return (row) => has(row)
}

async function readMembers({ send }: RunContext) {
  const body = object(await send({ method: 'GET', path: '/member' }))
  const rows = readRows(object(body?.contents)?.members)
  if (!rows) throw new UpstreamError('Cloudways did not tell the members.', 'They stay unknown.')
  return rows.map(({ id, name, email, role, status }) => ({ id, name, email, role, status }))
}

async function readServer(server: EstateServer, context: RunContext) {
  const { values, missed } = await settledParts(`server ${server.id}`, {
    ssh: readList(context, server.id, 'sftp'),
    mysql: readList(context, server.id, 'mysql'),
  })
  const { ssh, mysql } = values
  return {
    row: {
      server_id: server.id,
      server: server.label,
      master_user: textOf(server.row.master_user) || null,
      ssh: ssh ? { policy: ssh.policy, addresses: ssh.ips } : null,
      mysql: mysql ? { addresses: mysql.ips } : null,
    },
    missed,
  }
}

async function readApp({ id: app_id, label, server }: EstateApp, { send }: RunContext) {
  const query = { server_id: server.id, app_id }
  const { values, missed } = await settledParts(`app ${app_id}`, {
    users: send({ method: 'GET', path: '/app/creds', query }).then(usersOf),
    ssh_on: send({ method: 'GET', path: '/app/getAppSshPerms', query }).then(isSshOn),
  })
  return {
    row: {
      app_id,
      app: label,
      server_id: server.id,
      ssh_on: values.ssh_on ?? null,
      users: values.users ?? null,
    },
    missed,
  }
}

/** Users with the labels of their keys. Passwords stay behind. */
function usersOf(body: unknown) {
  const rows = readRows(object(body)?.app_creds)
  if (!rows) throw new UpstreamError('Cloudways did not tell the users of the app.', 'They stay unknown.')
  return rows.map(({ id, sys_user, ssh_keys }) => ({
    id,
    user: textOf(sys_user),
    keys: (readRows(ssh_keys) ?? []).map(({ label }) => textOf(label)).filter(Boolean),
  }))
}

/** The map is keyed by the system user of the app. */
function isSshOn(body: unknown): boolean | null {
  const states = Object.values(object(object(object(body)?.response)?.ssh_status) ?? {}).map(isOn)
  return states.includes(true) ? true : states.includes(false) ? false : null
}
