/** Giving a server to another account. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { object, textOf } from '../core/send/inventory.ts'
import type { ApiRequest } from '../core/types/api.ts'
import { id, maybe, row } from './outputs.ts'
import { email, server } from './params.ts'
import { switchesIn } from './words.ts'

const statusOf = (server_id: string): ApiRequest => ({
  method: 'POST',
  path: '/server_transfer/status',
  body: { server_id },
  reads: true,
})

const receiver = row({ id: maybe(id), name: maybe(z.string()), email: maybe(z.string()) })

/** The account to which a server is offered; null for none. PHP writes an empty object as a list. */
function receiverOf(body: unknown) {
  const found = object(object(body)?.transfer)
  return found && Object.keys(found).length > 0 ? found : null
}

const emailOf = (now: unknown) => textOf(object(object(now)?.transfer)?.email)

/** Somebody else's words stand in no sentence of ours. */
const address = (now: unknown) => email('').safeParse(emailOf(now)).data

const status = ({ server_id }: { server_id: string }) => ({
  tool: 'get_server_transfer_status',
  input: { server_id },
})

export const serverTransfer = defineTools(
  'server_transfer',
  {
    get_server_transfer_status: {
      title: 'Transfer of a server',
      description:
        'Tells whether a server is offered to another account, and to whom. transfer null: to nobody.',
      risk: 'read',
      aliases: ['server_transfer_status_get'],
      input: { server_id: server() },
      output: z.looseObject({ transfer: receiver.nullable() }),
      request: ({ server_id }) => statusOf(server_id),
      answer: (body) => ({ ...object(switchesIn(body)), transfer: receiverOf(body) }),
    },

    request_server_transfer: {
      title: 'Offer server to another account',
      description:
        'Offers a server, with all its apps, to the Cloudways account of an email address. Once it accepts, the server is gone from this account for good. Take the address from the person, letter by letter.',
      risk: 'destructive',
      aliases: ['server_transfer_request'],
      input: { server_id: server(), email: email('Of the receiving account') },
      output: operation,
      mayEndAtOnce: true,
      effects: {
        impact: ({ email }, { server, now }) => {
          const before = address(now)
          const instead = before && before !== email ? ` The offer to ${before} may end.` : ''
          return `${server ? `Server ${server.id}` : 'The server'} is offered to ${email}. Once they accept, server, apps, databases, address and bill are theirs, and this account loses all of it.${instead}`
        },
        undo: 'cancel_server_transfer, until the offer is accepted',
        cost: 'Once accepted, the other account pays for the server.',
        now: async ({ server_id }, { send }) => ({ transfer: receiverOf(await send(statusOf(server_id))) }),
        inverse: ({ server_id }, { now }) =>
          object(now)?.transfer === null
            ? { tool: 'cancel_server_transfer', input: { server_id } }
            : undefined,
      },
      settle: status,
      request: (body) => ({ method: 'POST', path: '/server_transfer/request', body }),
    },

    cancel_server_transfer: {
      title: 'Withdraw offer of a server',
      description:
        'Withdraws the offer of a server to another account, if it was not accepted yet. get_server_transfer_status tells whether there is one.',
      risk: 'write',
      aliases: ['server_transfer_cancel'],
      input: { server_id: server() },
      output: operation,
      mayEndAtOnce: true,
      effects: {
        impact: (_, { now }) =>
          `The server stays here; ${address(now) ?? 'the other account'} can no longer accept it.`,
        undo: 'request_server_transfer with the same address',
        now: async ({ server_id }, { send }) => ({ transfer: receiverOf(await send(statusOf(server_id))) }),
        inverse: ({ server_id }, { now }) => {
          const email = address(now)
          return email ? { tool: 'request_server_transfer', input: { server_id, email } } : undefined
        },
      },
      settle: status,
      request: (body) => ({ method: 'POST', path: '/server_transfer/cancel', body }),
    },
  },
  { core: false },
)
