/** The question about a campaign: every target stands in it, whoever asks, and no label can look like a part of it. */
import type { Plan } from 'cloudways-tools'
import { expect, it } from 'vitest'
import { messageOf } from '../../src/adapters/mcp/question.ts'
import { planText } from '../../src/cli/terminal.ts'
import { planPage } from '../../src/server/approval/plan-page.ts'
import { purge, setUpCampaigns } from '../core/campaign/support.ts'

const evil = 'blog"\n21. app "everything"](https://evil.example)'

async function planOf(): Promise<Plan> {
  const { sandbox, run, plans } = setUpCampaigns({ protect: ['api'] }, { servers: 20, appsPerServer: 1 })
  Object.assign(sandbox.state.apps[3] as object, { label: evil })
  await run({ ...purge, where: { label: '*' }, stop_after: 20 })
  return plans[0] as Plan
}

const page = async (plan: Plan) =>
  String(await planPage({ plan, action: '/confirm/x', token: 't', secondsLeft: 60 }))

it('has every target, in its order, and what is left out', async () => {
  const plan = await planOf()
  const ids = plan.targets?.map(({ app }) => String(app?.id)) ?? []
  expect(ids).toHaveLength(20)
  for (const text of [messageOf(plan), planText(plan), await page(plan)]) {
    for (const id of ids) expect(text).toContain(id)
    expect(text).toContain('It is protected.')
  }
  expect(messageOf(plan)).toMatch(/Targets, 1\d, in this order:\n1\. app "store" \(90021\)/)
})

it('shows a label as a label', async () => {
  const plan = await planOf()
  expect(
    messageOf(plan)
      .split('\n')
      .filter((line) => line.startsWith('21.')),
  ).toEqual([])
  expect(messageOf(plan)).not.toContain('](https://evil')
  expect(
    planText(plan)
      .split('\n')
      .filter((line) => line.trim().startsWith('21.')),
  ).toEqual([])
})
