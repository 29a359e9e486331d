/** A server on stdio, for the tests to start. Whatever a program could wrongly print, this one prints. */
import { serveStdio } from 'cloudways-tools/mcp'
import { onSandbox } from './support.ts'

const { env } = process
/** A sandbox of its own, or one that a test listens with and counts on. */
const elsewhere = env.API_URL && { apiUrl: env.API_URL, credentials: { accessToken: env.ACCESS_TOKEN ?? '' } }

const { cloudways, sandbox } = onSandbox(
  {
    fetch: async (input, init) => {
      console.log('stray console.log')
      console.table([{ stray: 'table' }])
      process.stdout.write('stray write\n')
      const response = await (elsewhere ? fetch : sandbox.fetch)(input, init)
      // The first look at an operation finds it running, the next one done, however slow this machine is.
      if (String(input).includes(env.ENDED_BY ?? '/operation/')) sandbox.advance(600)
      return response
    },
    pollSeconds: Number(env.POLL_SECONDS ?? 0.01),
    onAudit: ({ tool, outcome }) => console.info(`audit ${tool} ${outcome}`),
    confirm: env.CONFIRM === 'disruptive' ? 'disruptive' : 'never',
    confirmFallback: 'two-step',
    ...(env.PROTECT && { protect: [env.PROTECT] }),
    ...elsewhere,
  },
  { operationSeconds: 600 },
)
if (env.REFUSED) sandbox.fail({ path: env.REFUSED, status: 403, body: { code: 'insufficient_scope' } })
if (env.BROKEN) sandbox.fail({ reset: 'before', times: Number.POSITIVE_INFINITY })

const server = serveStdio(cloudways)
await server.closed
console.log('after the end')
