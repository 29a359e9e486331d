/** A server on stdio, for the tests to start. Whatever a program could wrongly print, this one prints. */
import { serveStdio } from 'cloudways-tools/mcp'
import { onSandbox } from './support.ts'

const { cloudways, sandbox } = onSandbox({
  fetch: async (input, init) => {
    console.log('stray console.log')
    console.table([{ stray: 'table' }])
    process.stdout.write('stray write\n')
    return sandbox.fetch(input, init)
  },
  pollSeconds: Number(process.env.POLL_SECONDS ?? 0.01),
  onAudit: ({ tool, outcome }) => console.info(`audit ${tool} ${outcome}`),
})
if (process.env.BROKEN) sandbox.fail({ reset: 'before', times: Number.POSITIVE_INFINITY })

const server = serveStdio(cloudways)
await server.closed
console.log('after the end')
