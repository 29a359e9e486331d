import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { tags } from '../core/declare/marks.ts'
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { isOn } from './effects.ts'
import { maybe, parts, row } from './outputs.ts'
import { server } from './params.ts'
import { numberOf, timeFields } from './values.ts'
import { inWords } from './words.ts'

const number = (error: string) =>
  z.coerce
    .string<string | number>()
    .max(15)
    .regex(/^[1-9]\d{0,14}$/, { error })

const planId = number('must be the id of a plan; get_copilot_subscription lists them')
const insightId = number('must be the id of an insight; list_copilot_insights lists them')
tags.add(planId, { names: 'plan' })
tags.add(insightId, { names: 'insight' })

const orNull = (value: unknown) => textOf(value) || null

const subscription = row({ plan: z.string().nullable(), status: z.string().nullable() })

/** @throws UpstreamError when it can't be read: nobody may book a second plan because of that. */
async function readSubscription({ send }: Pick<RunContext, 'send'>) {
  const body = object(await send({ method: 'GET', path: '/copilot/plans/status' }))
  if (!body || (body.plan === undefined && body.status === undefined)) throw unknownShape('the subscription')
  const { plan, status, expires_at, ...more } = body
  return { ...more, plan: orNull(plan), status: orNull(status), ...timeFields({ expires_at }) }
}

/** Plans have no documented fields but id and name: the others, prices among them, are passed on. */
const plansOf = (body: unknown) => {
  const rows = readRows(object(body)?.plans)
  if (!rows) throw unknownShape('the plans')
  return rows.map(({ id, name, ...more }) => ({ ...more, id: orNull(id), name: orNull(name) }))
}

const insightRow = row({ insight_id: z.string(), title: z.string().nullable() })

const insightOf = ({ alert_id, title, ...more }: Json) => ({
  ...inWords(more),
  insight_id: orNull(alert_id),
  title: orNull(title),
})

const settle = () => ({ tool: 'get_copilot_subscription', input: {} })

/** The plan that is there, in words that are ours: a name of the platform stands in no sentence unless it is plain. */
function planNow(now: unknown): string {
  const plan = textOf(object(now)?.plan)
  return /^[\w .+-]{1,40}$/.test(plan) ? plan : 'the present plan'
}

export const copilot = defineTools(
  'copilot',
  {
    get_copilot_subscription: {
      title: 'Copilot plan',
      description:
        'Tells which Copilot plan the account has, and which plans there are. Its bill: get_copilot_billing.',
      risk: 'read',
      aliases: ['copilot_plans_list', 'copilot_subscription_status'],
      input: {},
      output: z.looseObject({
        subscription: maybe(subscription),
        plans: maybe(z.array(row({ id: z.string(), name: z.string() }))),
        parts,
      }),
      requests: 2,
      run: async (_, context) => {
        const { values, status } = await context.parts({
          subscription: () => readSubscription(context),
          plans: async () => plansOf(await context.send({ method: 'GET', path: '/copilot/plans' })),
        })
        return { subscription: null, plans: null, ...values, parts: status }
      },
    },

    get_copilot_billing: {
      title: 'Copilot bill',
      description: 'Tells what Copilot costs in a month, by default the present one.',
      risk: 'read',
      aliases: ['copilot_billing_get'],
      input: {
        billing_cycle: z
          .string()
          .max(7)
          .regex(/^\d{4}-(0[1-9]|1[0-2])$/, { error: 'must be a month such as 2026-08' })
          .optional(),
      },
      output: z.looseObject({ billing: z.unknown() }),
      request: (query) => ({ method: 'GET', path: '/copilot/billing/real-time', query }),
      answer: (body) => ({ billing: object(body)?.billing ?? null }),
    },

    get_copilot_server_settings: {
      title: 'Copilot of the servers',
      description:
        'Lists the servers for which Copilot insights were switched off. A server that is not listed was not.',
      risk: 'read',
      aliases: ['copilot_server_settings_get'],
      input: {},
      output: z.looseObject({
        servers: z.array(row({ server_id: z.string(), insights_enabled: z.boolean().nullable() })),
      }),
      request: () => ({ method: 'GET', path: '/copilot/server-settings' }),
      answer: (body) => ({ servers: settingsOf(body) }),
    },

    list_copilot_insights: {
      title: 'Copilot insights',
      description: 'Lists what Copilot noticed about the servers, and how much of it is critical.',
      risk: 'read',
      aliases: ['copilot_insights_list'],
      input: {},
      output: z.looseObject({
        counts: maybe(z.looseObject({})),
        insights: maybe(z.array(insightRow)),
        pages: maybe(z.looseObject({})),
        parts,
      }),
      requests: 2,
      run: async (_, context) => {
        const { values, status } = await context.parts({
          counts: async () => countsOf(await context.send({ method: 'GET', path: '/insights/summary' })),
          list: async () => insightsOf(await context.send({ method: 'GET', path: '/insights' })),
        })
        return { counts: values.counts ?? null, insights: null, ...values.list, parts: status }
      },
    },

    get_copilot_insight: {
      title: 'One Copilot insight',
      description: 'Tells all of one Copilot insight. An alert of get_alerts is something else.',
      risk: 'read',
      input: { insight_id: insightId },
      output: insightRow,
      request: ({ insight_id }) => ({ method: 'GET', path: `/insights/${insight_id}` }),
      answer: (body) => {
        const row = object(body)
        if (!row) throw unknownShape('the insight')
        return insightOf(row)
      },
    },

    subscribe_copilot: {
      title: 'Book Copilot',
      description:
        'Books a Copilot plan for the account, billed by month. To change the plan use change_copilot_plan.',
      risk: 'write',
      aliases: ['copilot_subscribe'],
      input: { plan_id: planId },
      output: z.looseObject({ subscription: maybe(subscription), not_read: z.string().optional() }),
      creates: true,
      effects: {
        impact:
          'Copilot reads figures of the servers and makes insights of them. The account pays for it each month.',
        undo: 'unsubscribe_copilot',
        cost: 'more each month; get_copilot_subscription lists the plans',
        now: (_, context) => readSubscription(context),
      },
      settle,
      proof: async (_, context) => ({ subscription: await readSubscription(context) }),
      request: (body) => ({ method: 'POST', path: '/copilot/plans/subscribe', body }),
      answer: () => ({}),
    },

    change_copilot_plan: {
      title: 'Change the Copilot plan',
      description:
        'Changes the Copilot plan of the account; what it costs changes with it. Returns the plan.',
      risk: 'write',
      aliases: ['copilot_plan_change'],
      input: { plan_id: planId },
      output: z.looseObject({ subscription: maybe(subscription), not_read: z.string().optional() }),
      effects: {
        impact: (_, { now }) =>
          `The limits of Copilot become those of the new plan, instead of ${planNow(now)}.`,
        undo: 'the same tool with the plan before',
        cost: 'more or less each month, by the plan',
        now: (_, context) => readSubscription(context),
      },
      settle,
      proof: async (_, context) => ({ subscription: await readSubscription(context) }),
      request: (body) => ({ method: 'POST', path: '/copilot/plans/change', body }),
      answer: () => ({}),
    },

    unsubscribe_copilot: {
      title: 'Cancel Copilot',
      description: 'Cancels the Copilot plan of the account. Returns what is booked afterwards.',
      risk: 'destructive',
      aliases: ['copilot_unsubscribe'],
      input: {},
      output: z.looseObject({ subscription: maybe(subscription), not_read: z.string().optional() }),
      effects: {
        impact: (_, { now }) =>
          `Copilot (${planNow(now)}) makes no more insights for any server. A special price may not come back.`,
        undo: 'subscribe_copilot',
        cost: 'less each month',
        now: (_, context) => readSubscription(context),
      },
      settle,
      proof: async (_, context) => ({ subscription: await readSubscription(context) }),
      request: () => ({ method: 'DELETE', path: '/copilot/plans/subscribe' }),
      answer: () => ({}),
    },

    set_copilot_insights: {
      title: 'Copilot for a server',
      description: 'Switches the Copilot insights of a server on or off.',
      risk: 'write',
      aliases: ['copilot_server_settings_update'],
      input: { server_id: server(), insights_enabled: z.boolean() },
      output: z.looseObject({ server_id: z.string(), insights_enabled: z.boolean() }),
      effects: {
        impact: ({ insights_enabled }) =>
          insights_enabled
            ? 'Copilot reads data of this server and makes insights of it.'
            : 'Copilot reads no more data of this server: nobody is told of what it would have noticed.',
        undo: 'the same tool the other way round',
        cost: 'more or less, if the use of Copilot is counted',
        now: async ({ server_id }, { send }) => ({
          off: settingsOf(await send({ method: 'GET', path: '/copilot/server-settings' })).some(
            (one) => one.server_id === server_id && one.insights_enabled === false,
          ),
        }),
        inverse: ({ server_id, insights_enabled }, { now }) =>
          object(now)?.off === insights_enabled
            ? { tool: 'set_copilot_insights', input: { server_id, insights_enabled: !insights_enabled } }
            : undefined,
      },
      settle: () => ({ tool: 'get_copilot_server_settings', input: {} }),
      request: (json) => ({ method: 'POST', path: '/copilot/server-settings', json }),
      answer: (_, { server_id, insights_enabled }) => ({ server_id, insights_enabled }),
    },
  },
  { core: false },
)

function settingsOf(body: unknown) {
  const rows = readRows(object(body)?.settings)
  if (!rows) throw unknownShape('the settings of Copilot')
  return rows.map(({ server_id, insights_enabled, ...more }) => ({
    ...more,
    server_id: orNull(server_id),
    insights_enabled: isOn(insights_enabled),
  }))
}

const countsOf = (body: unknown) => {
  const counts = object(object(body)?.summary)
  if (!counts) throw unknownShape('the count of insights')
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, numberOf(count)]))
}

/** Which page was asked for can't be told: no source documents how. */
const insightsOf = (body: unknown) => {
  const rows = readRows(object(body)?.insights)
  if (!rows) throw unknownShape('the insights')
  const { current_page, last_page } = object(object(body)?.pagination) ?? {}
  return {
    insights: rows.map(insightOf),
    pages: { read: numberOf(current_page), total: numberOf(last_page) },
  }
}
