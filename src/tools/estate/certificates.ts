import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { row } from '../outputs.ts'
import { certificateProblems, countBy, coverageOf } from './coverage.ts'
import {
  appName,
  appsIn,
  namedApp,
  namedServer,
  notChecked,
  oneServer,
  readEstate,
  serverName,
  unreadApps,
} from './rows.ts'

const texts = z.array(z.string()).nullable()

/** Said beside every list of certificates. */
const noDates = 'Cloudways tells neither the end nor the issuer of a certificate.'

export const certificateReport = defineTools('estate', {
  list_certificates: {
    title: 'Certificates of all apps',
    description:
      'Lists the certificate of every app in one call: kind, renewal, domains that it covers and does not cover. problems_only leaves out apps without a fault. Its end is not known to Cloudways.',
    risk: 'read',
    reach: 'listed',
    input: {
      ...oneServer,
      problems_only: z.boolean().default(false),
      limit: z.int().min(1).max(200).default(50),
      offset: z.int().min(0).default(0),
    },
    output: z.looseObject({
      certificates: z.array(
        row({
          app: appName,
          server: serverName,
          kind: z.enum(['none', 'letsencrypt', 'wildcard', 'own', 'unknown']),
          auto_renewal: z.boolean().nullable(),
          installed: z.boolean().nullable(),
          covers: texts,
          not_covered: texts,
          problems: z.array(z.string()),
        }),
      ),
      counts: z.looseObject({}).describe('Apps by kind of certificate'),
      total: z.number(),
      next_offset: z.number().nullable(),
      valid_until: z.string(),
      not_checked: notChecked,
    }),
    requests: 1,
    run: async ({ server_id, problems_only, limit, offset }, context) => {
      const servers = await readEstate(context, server_id)
      const rows = appsIn(servers).map((app) => {
        const coverage = coverageOf(app)
        return {
          app: namedApp(app),
          server: namedServer(app.server),
          ...coverage,
          problems: certificateProblems(app, coverage),
        }
      })
      const found = problems_only ? rows.filter(({ problems }) => problems.length > 0) : rows
      const end = offset + limit
      return {
        certificates: found.slice(offset, end),
        counts: countBy(rows.map(({ kind }) => kind)),
        total: found.length,
        next_offset: end < found.length ? end : null,
        valid_until: noDates,
        not_checked: unreadApps(servers),
      }
    },
  },
})
