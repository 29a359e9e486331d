/** The sandbox over HTTP, in a process of its own, without a limit that a load could meet. */
import { createSandbox } from 'cloudways-tools/sandbox'

const [servers = '10', appsPerServer = '5'] = process.argv.slice(2)
const sandbox = createSandbox({
  operationSeconds: 0,
  requestsPerMinute: 1_000_000,
  servers: Number(servers),
  appsPerServer: Number(appsPerServer),
})
const { url } = await sandbox.listen()
const [server] = sandbox.state.servers
const [app] = sandbox.state.apps.filter((one) => String(one.server_id) === String(server?.id))
process.send?.({
  port: Number(new URL(url).port),
  told: {
    url,
    token: sandbox.credentials.accessToken,
    server_id: String(server?.id),
    app_id: String(app?.id),
  },
})
