import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { object, textOf } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { readList } from '../allow-list.ts'
import { isOn } from '../effects.ts'
import { id, maybe, row } from '../outputs.ts'
import {
  fromPlace,
  handleOf,
  named,
  type Place,
  placesOf,
  readMembers,
  readUsers,
  unknowable,
} from './access-places.ts'
import {
  doneOf,
  type EstateApp,
  type EstateServer,
  goOn,
  notChecked,
  oneServer,
  readEstate,
  settledParts,
  unreadApps,
} from './rows.ts'

const texts = z.array(z.string())

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
      continue_from: fromPlace(),
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
      continue_from: goOn,
    }),
    requests: 400,
    run: async ({ server_id, person, continue_from }, context) => {
      const servers = await readEstate(context, server_id)
      const [members] = await context.each(['members'], (_, own) => readMembers(own))
      const places = placesOf(servers, continue_from)
      const { done, left } = doneOf(await context.each(places, readPlace))
      const read = done.flatMap((one) => ('value' in one ? [one.value] : []))
      const told = new Set(done.map(({ item }) => item))
      const fits = fitsPerson(person)
      return {
        members: members && 'value' in members ? members.value.filter(fits) : null,
        servers: read.flatMap(({ server }) => server ?? []).filter(fits),
        apps: read.flatMap(({ app }) => app ?? []).filter(fits),
        unknowable,
        not_checked: [
          ...(members && 'why' in members ? [{ what: 'members', why: members.why }] : []),
          ...done.flatMap((one) =>
            'value' in one ? one.value.missed : [{ what: named(one.item), why: one.why }],
          ),
          ...unreadApps(servers.filter((server) => told.has(server))),
        ],
        continue_from: left ? handleOf(left) : null,
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

const readPlace = async (place: Place, context: RunContext) => ({
  server: undefined,
  app: undefined,
  ...('server' in place ? await readApp(place, context) : await readServer(place, context)),
})

async function readServer(server: EstateServer, context: RunContext) {
  const { values, missed } = await settledParts(`server ${server.id}`, {
    ssh: readList(context, server.id, 'sftp'),
    mysql: readList(context, server.id, 'mysql'),
  })
  const { ssh, mysql } = values
  return {
    server: {
      server_id: server.id,
      server: server.label,
      master_user: textOf(server.row.master_user) || null,
      ssh: ssh ? { policy: ssh.policy, addresses: ssh.ips } : null,
      mysql: mysql ? { addresses: mysql.ips } : null,
    },
    missed,
  }
}

async function readApp(app: EstateApp, context: RunContext) {
  const { id: app_id, label, server } = app
  const query = { server_id: server.id, app_id }
  const { values, missed } = await settledParts(`app ${app_id}`, {
    users: readUsers(app, context),
    ssh_on: context.send({ method: 'GET', path: '/app/getAppSshPerms', query }).then(isSshOn),
  })
  return {
    app: {
      app_id,
      app: label,
      server_id: server.id,
      ssh_on: values.ssh_on ?? null,
      users:
        values.users?.map(({ id, user, keys }) => ({ id, user, keys: keys.map((key) => key.label) })) ?? null,
    },
    missed,
  }
}

/** The map is keyed by the system user of the app. */
function isSshOn(body: unknown): boolean | null {
  const states = Object.values(object(object(object(body)?.response)?.ssh_status) ?? {}).map(isOn)
  return states.includes(true) ? true : states.includes(false) ? false : null
}
