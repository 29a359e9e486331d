import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import type { RunContext } from '../../core/types/tool.ts'
import { row } from '../outputs.ts'
import { certificateProblems, countBy, coverageOf } from './coverage.ts'
import { notAllowed, seenCertificate, seenFields, unseen } from './outside.ts'
import {
  appName,
  appsIn,
  type EstateApp,
  namedApp,
  namedServer,
  notChecked,
  oneServer,
  readEstate,
  serverName,
  unreadApps,
} from './rows.ts'

const noDates = `Cloudways does not tell them. ${notAllowed}`

const texts = z.array(z.string()).nullable()

export const certificateReport = defineTools('estate', {
  list_certificates: {
    title: 'Certificates of all apps',
    description:
      'Lists the certificate of every app in one call: kind, renewal, domains that it covers and does not cover. problems_only leaves out apps without a fault. Its end only where looks from here are allowed.',
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
          ...seenFields,
        }),
      ),
      counts: z.looseObject({}).describe('Apps by kind of certificate'),
      total: z.number(),
      next_offset: z.number().nullable(),
      not_checked: notChecked,
    }),
    requests: 1,
    run: async ({ server_id, problems_only, limit, offset }, context) => {
      const servers = await readEstate(context, server_id)
      const rows = appsIn(servers).map((app) => {
        const coverage = coverageOf(app)
        return { app, coverage, problems: certificateProblems(app, coverage) }
      })
      const found = problems_only ? rows.filter(({ problems }) => problems.length > 0) : rows
      const end = offset + limit
      return {
        certificates: await withEnds(found.slice(offset, end), context),
        counts: countBy(rows.map(({ coverage }) => coverage.kind)),
        total: found.length,
        next_offset: end < found.length ? end : null,
        not_checked: [
          ...unreadApps(servers),
          ...(context.outside ? [] : [{ what: 'the ends of certificates', why: noDates }]),
        ],
      }
    },
  },
})

interface Listed {
  app: EstateApp
  coverage: ReturnType<typeof coverageOf>
  problems: string[]
}

/** The rows, with the end of each certificate where it can be seen. */
async function withEnds(listed: readonly Listed[], context: RunContext) {
  const seen = await context.each(listed, ({ app }, own) => seenCertificate(app, own))
  return seen.map((one) => {
    const { app, coverage, problems } = one.item
    const end = 'value' in one ? one.value : unseen(one.why)
    return { app: namedApp(app), server: namedServer(app.server), ...coverage, problems, ...end }
  })
}
