/** What is known of an app beside the tables of its traffic: single rows of them, and its cron runs. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { addressText } from '../core/declare/marks.ts'
import { operationWith } from '../core/declare/operation.ts'
import { msOf } from '../core/declare/time.ts'
import { InputError } from '../errors.ts'
import { serverApp } from './params.ts'
import { readable } from './results.ts'

const time = () =>
  z
    .string()
    .max(40)
    .refine((text) => !Number.isNaN(msOf(text)), {
      error: 'must be a time such as 2026-11-28T08:00Z; without a zone it is taken as UTC',
    })

/** `DD/MM/YYYY HH:mm`, as the platform wants it. It names no zone: UTC is assumed, as in all its times. */
function written(text: string): string {
  const [day = '', clock = ''] = new Date(msOf(text)).toISOString().split('T')
  return `${day.split('-').reverse().join('/')} ${clock.slice(0, 5)}`
}

/** @throws InputError for a period that is none: the platform would answer an empty table. */
function periodOf({ from, until }: { from: string; until: string }) {
  if (msOf(from) >= msOf(until)) {
    throw new InputError('get_app_analytics_traffic_details: from must be before until.', 'Nothing was sent.')
  }
  return { from: written(from), until: written(until) }
}

export const appAnalytics = defineTools(
  'monitoring',
  {
    get_app_analytics_traffic_details: {
      title: 'Details of traffic rows',
      description:
        'Reads details of chosen rows of get_app_analytics_traffic in a period. Waits, and returns rows as result.',
      risk: 'read',
      aliases: ['analytics_app_traffic_details'],
      input: {
        ...serverApp,
        from: time().describe('ISO'),
        until: time(),
        resource: z.enum(['top_ips', 'top_bots', 'top_urls', 'top_statuses']),
        resource_list: z
          .array(
            z
              .string()
              .min(1)
              .max(2000)
              .refine((text) => !text.includes('[hidden]'), {
                error: 'must be the whole row: one with a hidden part cannot be asked for',
              }),
          )
          .min(1)
          .max(50)
          .describe('Its rows: 198.51.100.4'),
      },
      output: operationWith(addressText(z.unknown())),
      request: ({ from, until, ...rest }) => ({
        method: 'POST',
        path: '/app/analytics/trafficDetails',
        body: { ...rest, ...periodOf({ from, until }) },
        reads: true,
      }),
      result: (result, _, context) => readable(result, context),
    },

    get_app_analytics_cron: {
      title: 'Cron runs of an app',
      description:
        'Reads which cron jobs of an app ran, and how often. Waits, and returns rows as result. Its schedule: list_app_cron_jobs.',
      risk: 'read',
      aliases: ['analytics_app_cron'],
      input: serverApp,
      output: operationWith(addressText(z.unknown())),
      request: (query) => ({ method: 'GET', path: '/app/analytics/cron', query, startsJob: true }),
      result: (result, _, context) => readable(result, context),
    },
  },
  { core: false },
)
