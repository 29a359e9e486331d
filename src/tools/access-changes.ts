/** Who gets into an app or a server by SSH and SFTP: keys, users, the switch. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { type Json, object, oneLine, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import type { Before, RunContext } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { closesKey, closesUser } from './closing-users.ts'
import { type AppTarget, isOn, switchBack } from './effects.ts'
import { appUser, sshKey } from './ids.ts'
import { id, mapOf, told } from './outputs.ts'
import { enableDisable, label, newPassword, server, serverApp, until, userName } from './params.ts'
import { keyInWords, publicKey } from './public-key.ts'

/** Whether SSH is on. Cloudways tells it by the system user of the app. */
function sshOf(body: unknown) {
  const response = object(object(body)?.response)
  if (!response) throw unknownShape('whether SSH is on')
  const states = object(response.ssh_status)
  if (!states) return { enabled: null, users: null }
  const users = Object.fromEntries(Object.entries(states).map(([user, on]) => [user, isOn(on)]))
  const all = new Set(Object.values(users))
  return { enabled: all.size === 1 ? ([...all][0] ?? null) : null, users }
}

const readSsh = async ({ server_id, app_id }: AppTarget, { send }: RunContext) =>
  sshOf(await send({ method: 'GET', path: '/app/getAppSshPerms', query: { server_id, app_id } }))

/** The user that a change replaces: its name and the labels of its keys, and never its password. */
async function userNow(
  { server_id, app_id, app_cred_id }: AppTarget & { app_cred_id: string },
  { send }: RunContext,
) {
  const body = await send({ method: 'GET', path: '/app/creds', query: { server_id, app_id } })
  const found = readRows(object(body)?.app_creds)?.find((one) => textOf(one.id) === app_cred_id)
  const keys = readRows(found?.ssh_keys)?.map(({ label }: Json) => textOf(label))
  return { user: textOf(found?.sys_user) || null, keys: keys ?? null }
}

const userIn = ({ now }: Before): string => {
  const user = textOf(object(now)?.user)
  return user ? ` ${oneLine(user, 64)}` : ''
}

const users = ({ server_id, app_id }: AppTarget) => ({
  tool: 'get_app_credentials',
  input: { server_id, app_id },
})

const done = z.looseObject({ done: z.boolean() })

export const accessChanges = defineTools(
  'access',
  {
    get_app_ssh_access: {
      title: 'SSH of an app',
      description:
        'Tells whether the users of an app can sign in by SSH, by system user. Who they are: get_app_credentials.',
      risk: 'read',
      aliases: ['app_ssh_access_get'],
      input: serverApp,
      output: z.looseObject({
        enabled: z.boolean().nullable().describe('null: not told'),
        users: mapOf(z.boolean().nullable()),
      }),
      request: (query) => ({ method: 'GET', path: '/app/getAppSshPerms', query }),
      answer: sshOf,
    },

    set_app_ssh_access: {
      title: 'Switch SSH of an app',
      description:
        'Switches SSH for the users of an app on or off. When Cloudways asks for a confirmation, done is false: call again with confirmed after a person agreed. Returns done.',
      risk: 'disruptive',
      aliases: ['app_ssh_access_update'],
      input: {
        ...serverApp,
        status: enableDisable,
        confirmed: z.boolean().optional().describe('Only after done: false'),
        until: until(),
      },
      output: done.extend({ note: z.string().optional() }),
      riskOf: ({ status }, { now }) =>
        object(now)?.enabled === (status === 'enable') ? 'write' : 'disruptive',
      effects: {
        impact: ({ status }) =>
          status === 'enable'
            ? 'The users of the app get a shell: they can read and change all its files, and run commands.'
            : 'People and deployments that work on the app over SSH are locked out.',
        undo: 'the same tool with the opposite status',
        now: readSsh,
        inverse: ({ server_id, app_id, status }, before) => {
          const back = switchBack(status, before)
          return back && { tool: 'set_app_ssh_access', input: { server_id, app_id, status: back } }
        },
      },
      closes: {
        tool: 'set_app_ssh_access',
        words: () => 'SSH of the app is switched off',
        async check(input, context) {
          if (input.status === 'enable' && (await readSsh(input, context)).enabled === false) return
          throw new InputError(
            'set_app_ssh_access: until goes with status: enable, where SSH is off for all users of the app: what was on before stays on.',
            'Nothing was changed. Leave until out.',
          )
        },
        call: ({ server_id, app_id }, { answer }) =>
          answer?.done === false
            ? null
            : { tool: 'set_app_ssh_access', input: { server_id, app_id, status: 'disable' } },
        isOpen: async (input, context) =>
          (await readSsh(input as unknown as AppTarget, context)).enabled !== false,
      },
      settle: ({ server_id, app_id }) => ({ tool: 'get_app_ssh_access', input: { server_id, app_id } }),
      request: ({ status, confirmed, until: _, ...target }) => ({
        method: 'POST',
        path: '/app/updateAppSshPerms',
        body: {
          ...target,
          update_perms_action: status === 'enable' && confirmed ? 'confirmed_enable' : status,
        },
      }),
      answer: (body) =>
        isOn(object(body)?.confirmation)
          ? {
              done: false,
              note: 'Cloudways asks for a confirmation; nothing was changed. Ask the person, then call again with confirmed: true.',
            }
          : { done: true },
    },

    add_ssh_key: {
      title: 'Add SSH key',
      description:
        'Lets the owner of a public SSH key in: with app_cred_id as that user of an app, without it as the master user of the whole server. Returns the id of the key; keep it, no list has it for the master user.',
      risk: 'disruptive',
      aliases: ['ssh_key_create'],
      input: {
        server_id: server(),
        ssh_key_name: label(),
        ssh_key: publicKey(),
        app_cred_id: appUser().optional().describe('From get_app_credentials'),
        until: until(),
      },
      output: z.looseObject({ id: told(id), reaches: z.string() }),
      creates: true,
      effects: {
        impact: ({ ssh_key, app_cred_id }) =>
          `Whoever has the private part of this key (${keyInWords(ssh_key)}) gets in by SSH and SFTP ${
            app_cred_id
              ? `as user ${app_cred_id} of one app: all its files and its configuration.`
              : 'as the master user of the server: the files, the configuration and the databases of ALL its apps.'
          }`,
        undo: 'delete_ssh_key with the id of the answer',
      },
      closes: closesKey,
      settle: null,
      request: ({ server_id, ssh_key_name, ssh_key, app_cred_id }) => ({
        method: 'POST',
        path: '/ssh_key',
        body: {
          server_id,
          ssh_key_name,
          ssh_key: ssh_key.trim(),
          ...(app_cred_id && { app_creds_id: app_cred_id }),
        },
      }),
      answer: (body, { app_cred_id }) => ({
        id: textOf(object(body)?.id) || null,
        reaches: app_cred_id ? `user ${app_cred_id} of an app` : 'the whole server, as its master user',
      }),
    },

    rename_ssh_key: {
      title: 'Rename SSH key',
      description: 'Changes the label of an SSH key; whoever has the key still gets in. Returns done.',
      risk: 'write',
      aliases: ['ssh_key_update'],
      input: { server_id: server(), ssh_key_id: sshKey(), ssh_key_name: label() },
      output: done,
      effects: {
        impact: 'The key has another label in the list of keys. Nobody loses or gets access.',
        undo: 'the same tool with the former label',
      },
      settle: null,
      request: ({ ssh_key_id, ...body }) => ({ method: 'PUT', path: `/ssh_key/${ssh_key_id}`, body }),
      answer: () => ({ done: true }),
    },

    delete_ssh_key: {
      title: 'Delete SSH key',
      description:
        'Takes an SSH key off a server or a user of an app: people and deployments that sign in with it are locked out. get_ssh_keys has the ids. Returns done.',
      risk: 'destructive',
      aliases: ['ssh_key_delete'],
      input: { server_id: server(), ssh_key_id: sshKey() },
      output: done,
      effects: {
        impact: 'People and deployments that sign in with this key are locked out at once.',
        undo: 'add_ssh_key with the same public key, which its owner has and no tool shows',
      },
      settle: null,
      request: ({ ssh_key_id, ...body }) => ({ method: 'DELETE', path: `/ssh_key/${ssh_key_id}`, body }),
      answer: () => ({ done: true }),
    },

    create_app_credential: {
      title: 'Add user of an app',
      description:
        'Makes a further SSH and SFTP user of one app, who reaches all its files. Without password one is made, and a person gets it. Returns app_cred_id.',
      risk: 'disruptive',
      aliases: ['app_credentials_create'],
      input: { ...serverApp, username: userName(), password: newPassword(), until: until() },
      output: z.looseObject({ app_cred_id: told(id), username: z.string() }),
      creates: true,
      effects: {
        impact: ({ username }) =>
          `A new user, ${username}, gets in by SFTP, and by SSH where it is on: all files of the app and its configuration, with the login of its database.`,
        undo: 'delete_app_credential with the id of the answer',
      },
      closes: closesUser,
      settle: users,
      request: ({ until: _, ...body }) => ({ method: 'POST', path: '/app/creds', body }),
      answer: (body, { username }) => ({ app_cred_id: textOf(object(body)?.app_cred_id) || null, username }),
    },

    update_app_credential: {
      title: 'Change user of an app',
      description:
        'Gives an SSH and SFTP user of an app a name and a new password; the old ones stop at once. Without password one is made, and a person gets it. Returns done.',
      risk: 'destructive',
      aliases: ['app_credentials_update'],
      input: { ...serverApp, app_cred_id: appUser(), username: userName(), password: newPassword() },
      output: done,
      effects: {
        impact: ({ username }, before) =>
          `Whoever signs in as${userIn(before) || ' this user'} is locked out until they have the new password${
            object(before.now)?.user === username ? '' : ` and the new name, ${username}`
          }. Deployments that use it fail.`,
        undo: null,
        now: userNow,
      },
      settle: users,
      request: ({ app_cred_id, ...body }) => ({ method: 'PUT', path: `/app/creds/${app_cred_id}`, body }),
      answer: () => ({ done: true }),
    },

    delete_app_credential: {
      title: 'Delete user of an app',
      description:
        'Deletes an SSH and SFTP user of an app, its keys too: whoever uses it is locked out. get_app_credentials has the ids. Returns done.',
      risk: 'destructive',
      aliases: ['app_credentials_delete'],
      input: { ...serverApp, app_cred_id: appUser() },
      output: done,
      effects: {
        impact: (_, before) =>
          `The user${userIn(before)} and its keys are gone: people and deployments that sign in with them are locked out.`,
        undo: 'create_app_credential makes such a user again, with a new password and without its keys',
        now: userNow,
      },
      settle: users,
      request: ({ app_cred_id, ...body }) => ({ method: 'DELETE', path: `/app/creds/${app_cred_id}`, body }),
      answer: () => ({ done: true }),
    },
  },
  { core: false },
)
