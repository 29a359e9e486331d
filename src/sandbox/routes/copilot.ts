import { type Call, invalid, notFound, ok, type Routes, refused } from '../call.ts'
import { plans } from '../copilot.ts'

const done = () => ok({ status: true })

const planOf = (id: number | null) => plans.find((plan) => plan.id === id)
const noPlan = () => invalid('plan_id', 'exists', 'There is no such plan.')

const insight = ({ alert_id, title }: { alert_id: number; title: string }) => ({ alert_id, title })

const count = ({ account }: Call, severity: string) =>
  account.copilot.insights.filter((one) => one.severity === severity).length

export const copilot: Routes = {
  copilot_plans_list: () => ok({ plans }),

  // What is answered without a subscription is not documented.
  copilot_subscription_status({ account }) {
    const plan = planOf(account.copilot.plan_id)
    return ok({ plan: plan?.name ?? '', status: plan ? 'active' : 'inactive', expires_at: null })
  },

  copilot_subscribe(call) {
    const { copilot } = call.account
    if (!planOf(call.number('plan_id'))) return noPlan()
    if (copilot.plan_id !== null) return refused('There is a subscription already.')
    copilot.plan_id = call.number('plan_id')
    return done()
  },

  copilot_unsubscribe({ account }) {
    if (account.copilot.plan_id === null) return refused('There is no subscription.')
    account.copilot.plan_id = null
    return done()
  },

  copilot_plan_change(call) {
    const { copilot } = call.account
    if (!planOf(call.number('plan_id'))) return noPlan()
    if (copilot.plan_id === null) return refused('There is no subscription.')
    copilot.plan_id = call.number('plan_id')
    return done()
  },

  copilot_billing_get(call) {
    const plan = planOf(call.account.copilot.plan_id)
    return ok({ billing: plan ? { plan: plan.name, amount: '0.00 USD' } : {} })
  },

  copilot_server_settings_get: ({ account }) =>
    ok({
      settings: account.copilot.off.map((id) => ({ server_id: Number(id), insights_enabled: false })),
    }),

  copilot_server_settings_update(call) {
    const { copilot } = call.account
    const { id } = call.server
    copilot.off = copilot.off.filter((one) => one !== id)
    if (!call.flag('insights_enabled')) copilot.off.push(id)
    return done()
  },

  copilot_insights_summary: (call) =>
    ok({ summary: { critical: count(call, 'critical'), warning: count(call, 'warning') } }),

  copilot_insights_list: ({ account }) =>
    ok({
      insights: account.copilot.insights.map(insight),
      pagination: { current_page: 1, last_page: 1 },
    }),

  copilot_insight_get(call) {
    const found = call.account.copilot.insights.find(({ alert_id }) => alert_id === call.number('alert_id'))
    return found ? ok(found) : notFound()
  },
}
