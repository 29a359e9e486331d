/** The master user of a server, who reaches every app on it. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { object, textOf } from '../core/send/inventory.ts'
import { findServer } from './inventory.ts'
import { newPassword, server } from './params.ts'

const username = z
  .string()
  .max(32)
  .regex(/^[a-z][\w-]{2,31}$/i, {
    error: 'must have 3 to 32 letters, digits, _ or -, and begin with a letter',
  })

export const serverCredentials = defineTools(
  'servers',
  {
    change_master_username: {
      title: 'Rename master user',
      description:
        'Gives the master user of a server, who reaches all its apps by SSH and SFTP, another name. The old name stops at once. For users of one app see get_app_credentials.',
      risk: 'destructive',
      aliases: ['server_master_username_update'],
      input: { server_id: server(), username: username.describe('The new name') },
      output: operation,
      mayEndAtOnce: true,
      effects: {
        impact: ({ username }) =>
          `The master user of the server is called ${username} at once: people, deployments and scripts that sign in with the old name are locked out until they use the new one.`,
        undo: 'the same tool with the name before',
        now: async ({ server_id }, context) => ({
          username: textOf((await findServer(context, server_id)).master_user) || null,
        }),
        inverse: ({ server_id, username: asked }, { now }) => {
          const before = username.safeParse(object(now)?.username).data
          if (!before || before === asked) return undefined
          return { tool: 'change_master_username', input: { server_id, username: before } }
        },
      },
      settle: () => ({
        tool: 'list_servers',
        input: { fields: ['id', 'master_user'] },
        why: 'shows the name of the master user',
      }),
      request: (body) => ({ method: 'POST', path: '/server/manage/masterUsername', body }),
    },

    set_master_password: {
      title: 'New master password',
      description:
        'Replaces the password of the master user of a server. The old one stops at once. Leave password out: a new one is made, and the person gets it, not you. For its name use change_master_username.',
      risk: 'destructive',
      aliases: ['server_master_password_update'],
      input: { server_id: server(), password: newPassword() },
      output: operation,
      mayEndAtOnce: true,
      effects: {
        impact:
          'The old password of the master user stops at once: people and deployments that sign in with it are locked out. Nobody can put it back.',
        undo: null,
      },
      settle: null,
      request: (body) => ({ method: 'POST', path: '/server/manage/masterPassword', body }),
    },
  },
  { core: false },
)
