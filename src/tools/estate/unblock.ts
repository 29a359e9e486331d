import * as z from 'zod'
import { covers } from '../../core/declare/addresses.ts'
import { defineTools } from '../../core/declare/define.ts'
import { object } from '../../core/send/inventory.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { UpstreamError } from '../../errors.ts'
import { isBlocked, isInList, liftedBy } from '../blocks.ts'
import { rulesPath } from '../ip-rules.ts'
import { ip, server } from '../params.ts'
import { addressesIn } from '../security-rows.ts'

/** Who keeps an address out: the platform itself, or the block list of the security suite. `null`: not known. */
const state = z.looseObject({
  platform: z.boolean().nullable(),
  security_suite: z.boolean().nullable(),
  unknown: z.string().optional().describe('Why one of them is not known'),
})

interface State {
  platform: boolean | null
  security_suite: boolean | null
  /** The address as the list of the suite has it, where it stands there by itself and not in a network. */
  entry?: string
  unknown?: string
}

export const unblocking = defineTools('estate', {
  unblock_ip: {
    title: 'Unblock an address',
    description:
      'Lets a blocked address reach the apps of a server again, as far as the API can: takes it off the block list of the security suite. A block of the platform itself stays, and the answer says who lifts it.',
    risk: 'write',
    input: { server_id: server(), ip: ip() },
    output: z.looseObject({
      ip: z.string(),
      removed: z.boolean().describe('From the block list of the security suite'),
      before: state,
      after: state,
      how_to_unblock: z.string().optional().describe('It is still blocked, or nobody knows'),
    }),
    effects: {
      impact: ({ ip }) => `Whoever is at ${ip} reaches every app of the server again.`,
      undo: 'add_server_ip_rules, with list block',
    },
    lock: ({ server_id }) => `server:${server_id}:blocked`,
    settle: (input) => ({ tool: 'check_ip_blacklisted', input }),
    requests: 5,
    run: async ({ server_id, ip }, context) => {
      const before = await readState(context, server_id, ip)
      if (before.entry) {
        await context.send({
          method: 'DELETE',
          path: rulesPath(server_id),
          body: { server_id, iplist: [before.entry], mode: 'black' },
        })
      }
      const after = before.entry ? await readState(context, server_id, ip) : before
      const isOpen = after.platform === false && after.security_suite === false
      return {
        ip,
        removed: before.entry !== undefined && after.entry === undefined && after.security_suite !== null,
        before: told(before),
        after: told(after),
        ...(!isOpen && { how_to_unblock: liftedBy }),
      }
    },
  },
})

const told = ({ entry: _, ...rest }: State) => rest

/** What can't be read of one is unknown; a call of which nothing can be read is refused. */
async function readState(context: RunContext, server_id: string, ip: string): Promise<State> {
  const { values, status } = await context.parts({
    platform: async () =>
      isBlocked(
        await context.send({ method: 'GET', path: '/security/isBlacklisted', query: { server_id, ip } }),
        ip,
      ),
    suite: async () => {
      const list = addressesIn(
        object(await context.send({ method: 'GET', path: rulesPath(server_id) }))?.blocklist,
      )
      if (list) return list
      throw new UpstreamError('Cloudways did not tell the block list.', 'It stays unknown.')
    },
  })
  const { platform = null, suite } = values
  const entry = suite?.find((one) => !/\/(?!32$|128$)/.test(one) && covers(one, ip))
  const why = Object.values(status).find((one) => one !== 'ok')
  return {
    platform,
    security_suite: suite ? isInList(suite, ip) : null,
    ...(entry && { entry }),
    ...(why && { unknown: why.replace(/^failed: /, '') }),
  }
}
