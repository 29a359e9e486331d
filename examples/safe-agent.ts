/**
 * What keeps an agent from taking a site offline: a scope, protection, a person, an undo and a trail.
 *
 *   npx tsx examples/safe-agent.ts
 *
 * Runs on the built-in sandbox. On a terminal it asks you; elsewhere a scripted person answers. The "agent" is a list
 * of calls, the ones that a model would make.
 */
import { createInterface } from 'node:readline/promises'
import { type Confirmation, createCloudways, isCloudwaysError, type Plan } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'

const sandbox = createSandbox({ operationSeconds: 1 })
const cloudways = createCloudways({
  ...sandbox.options,
  pollSeconds: 1,
  servers: ['shop'], // nothing of any other server is listed or touched
  protect: ['store'], // a change to this app needs a person who types its name
  onConfirm: askPerson, // asked before what is disruptive or destructive
  onAudit: ({ tool, risk, rule, outcome }) => trail.push(`${tool}: ${risk ?? '-'}, ${rule}, ${outcome}`),
})
const trail: string[] = []

const blog = { server_id: '70011', app_id: '90023' }
const store = { server_id: '70011', app_id: '90021' }
const other = sandbox.state.servers.find(({ label }) => label !== 'shop')

await attempt('look at another server', () =>
  cloudways.call('get_server_details', { server_id: String(other?.id) }),
)

console.log('\n# ask first what a restart would do')
const { impact, affected, undo } = await cloudways.plan('restart_server', { server_id: '70011' })
console.log(
  `  ${impact} Affected: ${affected.map(({ domain }) => domain).join(', ')}. Undo: ${undo ?? 'none'}`,
)
console.log(`  sent to Cloudways so far: ${sandbox.mutations.length} changes`)

const moved = await attempt('move the blog to another domain', () =>
  cloudways.call('update_app_cname', { ...blog, cname: 'news.example.com' }),
)
const back = (moved as { undo?: { tool: 'update_app_cname'; input: never } } | undefined)?.undo
if (back) {
  console.log(`  to undo: ${back.tool} ${JSON.stringify(back.input)}`)
  await attempt('move it back', () => cloudways.call(back.tool, back.input))
}

await attempt('clear the cache of the protected shop', () => cloudways.call('clear_app_cache', store))
await attempt('put the shop back to August', () =>
  cloudways.call('restore_app', { ...store, time: '2026-08-05T23:19:06' }),
)

console.log(
  `\n# what reached Cloudways: ${sandbox.mutations.map(({ method, path }) => `${method} ${path}`).join(', ')}`,
)
console.log(`# the trail\n  ${trail.join('\n  ')}`)

async function attempt(what: string, call: () => Promise<unknown>): Promise<unknown> {
  console.log(`\n# ${what}`)
  try {
    const answer = await call()
    console.log('  done')
    return answer
  } catch (error) {
    if (!isCloudwaysError(error)) throw error
    console.log(`  ${error.code}: ${error.message}`)
    return undefined
  }
}

/** In an application of yours: a dialog, a message in the team's chat, a ticket. */
async function askPerson(plan: Plan): Promise<Confirmation> {
  const name = plan.needs.type_name
  const question = `  ? ${plan.title} (${plan.target.app?.label ?? plan.target.server?.label}): ${plan.impact}`
  console.log(question)
  if (!process.stdin.isTTY) {
    // The scripted person agrees to everything but does not know how the shop is called.
    console.log(`  > ${name ? 'the shop' : 'yes'}`)
    return name ? { approved: true, typed: 'the shop' } : { approved: true }
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const typed = await terminal.question(name ? `  type ${name} to go on: ` : '  yes or no? ')
  terminal.close()
  return name ? { approved: true, typed } : { approved: typed.trim().toLowerCase() === 'yes' }
}
