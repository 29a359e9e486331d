/**
 * The tools as plain typed functions.
 *
 *   npx tsx examples/quickstart.ts
 *
 * Runs on the built-in sandbox; set CLOUDWAYS_ACCESS_TOKEN to look at your own account (this example reads, and
 * clears one cache only on the sandbox).
 */
import { cloudwaysFunctions, createCloudways } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'

const accessToken = process.env.CLOUDWAYS_ACCESS_TOKEN
const sandbox = createSandbox()
const cloudways = accessToken
  ? createCloudways({ credentials: { accessToken } })
  : createCloudways({ ...sandbox.options, pollSeconds: 1 })

const { list_servers, clear_app_cache } = cloudwaysFunctions(cloudways)

const { servers } = await list_servers()
for (const server of servers) {
  console.log(
    `${server.label}: ${server.status}, ${server.provider} ${server.size}, ${server.app_count} apps`,
  )
  for (const app of server.apps ?? []) console.log(`  ${app.id}  ${app.type}  ${app.domain}`)
}

const [server] = servers
const app = server?.apps?.[0]
if (!accessToken && server?.id && app?.id) {
  console.log('\nClearing the cache of', app.domain)
  const operation = await clear_app_cache(
    { server_id: server.id, app_id: app.id },
    { onProgress: (elapsed, message) => console.log(`  ${elapsed.toFixed(0)} s: ${message}`) },
  )
  console.log(`  ${operation.state}: ${operation.message}`)
}

// A wrong argument gets an answer that a model can act on.
// @ts-expect-error there is no such argument: TypeScript says so, and so does the error at run time.
await clear_app_cache({ server_id: '70011', application: '90021' }).catch((error: Error) => {
  console.log('\nA wrong argument:', error.message)
})
