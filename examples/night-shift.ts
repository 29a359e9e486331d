/**
 * A night without anybody at the keyboard: what was approved in the evening is changed at night, access closes by itself,
 * and in the morning the journal tells what was done.
 *
 *   npx tsx examples/night-shift.ts
 *
 * It runs on the sandbox, whatever account you have: it changes something. The night takes a second.
 */
import { cloudwaysFunctions, createCloudways, isCloudwaysError, type Work } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createApprovalWebhook, resumeChanges, stopChanges } from 'cloudways-tools/server'
import { memoryStorage } from 'cloudways-tools/storage'

// The clock of this example jumps. Yours does not have to.
const realNow = Date.now
let ahead = Date.parse('2026-12-01T18:00:00Z') - realNow()
Date.now = () => realNow() + ahead
const say = (text: string) => console.log(`${new Date(Date.now()).toISOString().slice(11, 16)}  ${text}`)

// The operator's phone. APPROVAL_WEBHOOK is the same for the server; the link opens the page where a person says yes.
const phone: typeof fetch = async (_, init) => {
  const { title, link } = JSON.parse(String(init?.body))
  say(`the phone shows: ${title}? ${link}`)
  return new Response()
}
const webhook = createApprovalWebhook({
  url: 'https://phone.example.com',
  secret: 'a-secret-of-yours',
  fetch: phone,
})

const storage = memoryStorage()
const sandbox = createSandbox({ servers: 2, appsPerServer: 3, operationSeconds: 0 })
const queue: { at: number; work: Work }[] = []
const cloudways = createCloudways({
  ...sandbox.options,
  ...{ preset: 'all', pollSeconds: 0.1, storage },
  changeWindows: 'daily 02:00-04:00; shop: always', // apps are changed at night, and the server `shop` at any time
  changeBudget: 20, // in any hour
  confirm: 'write',
  async onConfirm(plan) {
    const url = 'https://tools.example.com/confirm/1'
    webhook.tell({ id: plan.title, plan, url, expiresAt: Date.now() + 600_000, waits: async () => true })
    await new Promise((resolve) => setTimeout(resolve, 50))
    return true // here a program says yes; in yours, a person does
  },
  onWork: (work) => void queue.push({ work, at: Date.now() + work.seconds * 1000 }),
})
const { run_campaign, get_campaign, update_whitelisted_ips, list_changes } = cloudwaysFunctions(cloudways)

/** Let the time pass, and do the work of the queue that is due. With Redis and BullMQ, any replica does it. */
async function until(time: string): Promise<void> {
  for (const end = Date.parse(time); ; ) {
    const next = queue.sort((one, other) => one.at - other.at)[0]
    ahead = Math.max(Date.now(), Math.min(next?.at ?? end, end)) - realNow()
    if (!next || next.at > end) return
    queue.shift()
    const { kind, id } = next.work
    if (kind === 'campaign') await run_campaign({ campaign_id: id })
    else say(`access: ${(await cloudways.closeAccess(id)).what}`)
  }
}

// Evening: a developer gets in for two hours, and the purge of all apps is approved for the night.
await update_whitelisted_ips({ server_id: 'shop', tab: 'sftp', add: ['198.51.100.77'], until: '2h' })
const { campaign_id, state, why } = await run_campaign({
  tool: 'manage_app_varnish',
  arguments: { action: 'purge' },
  where: { server: 'agency' },
  waves: [1, 5],
})
say(`the campaign is ${state}: ${why}`)

// Somebody presses the button: nothing is changed until it is lifted, but access still closes.
await stopChanges(storage, { by: 'command', reason: 'a look at the shop' })
await run_campaign({ tool: 'restart_server', targets: ['shop'] }).catch((error) => {
  if (!isCloudwaysError(error)) throw error
  say(`refused: ${error.message}`)
})
await until('2026-12-01T21:00:00Z')
await resumeChanges(storage)

// The night, and the morning after it.
await until('2026-12-02T07:00:00Z')
const done = await get_campaign({ campaign_id })
say(`the campaign is ${done.state}: ${JSON.stringify(done.counts)}`)
const { changes } = await list_changes()
console.table(
  changes.map(({ at, tool, server_id, app_id, state }) => ({ at, tool, server_id, app_id, state })),
)
webhook.close()
