/**
 * A campaign: one change of many apps, with one plan and one yes, and then taken back.
 *
 *     npx tsx examples/campaign.ts
 *
 * It runs on the sandbox, whatever account you have: it changes something.
 */
import { cloudwaysFunctions, createCloudways } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'

const sandbox = createSandbox({ servers: 4, appsPerServer: 3, operationSeconds: 0 })
const cloudways = createCloudways({
  ...sandbox.options,
  preset: 'all',
  pollSeconds: 0.1,
  protect: ['store'],
  confirm: 'write',
  // The person is asked once, with every target. Here a program says yes; in yours, a person does.
  onConfirm: (plan) => {
    console.log(`\n${plan.title}? ${plan.impact} (${plan.risk})`)
    for (const { server, left_out, change } of plan.targets ?? []) {
      console.log(`  ${server?.label}: ${left_out ?? change}`)
    }
    return true
  },
})
const { run_campaign, undo_campaign, list_campaigns } = cloudwaysFunctions(cloudways)

// An address of the office, let in by SFTP on all servers. The server of a protected app is left out, and the plan says so.
const done = await run_campaign({
  tool: 'update_whitelisted_ips',
  arguments: { tab: 'sftp', add: ['198.51.100.77'] },
  where: { label: '*' },
  waves: [1, 5],
})
console.log(`\n${done.title}: ${done.state}`, done.counts)
for (const { server, state, why } of done.targets)
  console.log(`  ${server}: ${state}${why ? `, ${why}` : ''}`)

// What was done is taken back as a campaign of its own, the newest change first.
const undone = await undo_campaign({ campaign_id: done.campaign_id })
console.log(`\n${undone.title}: ${undone.state}`, undone.counts)

const { campaigns } = await list_campaigns()
console.table(campaigns.map(({ title, state, began }) => ({ title, state, began })))
