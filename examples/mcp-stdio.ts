/**
 * The tools over stdio: this file starts itself as the server, and talks to it with the official client.
 *
 *   npx tsx examples/mcp-stdio.ts
 *
 * In the configuration of a client it is `npx cloudways-tools`, with CLOUDWAYS_ACCESS_TOKEN in its environment.
 */
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { createCloudways } from 'cloudways-tools'
import { serveStdio } from 'cloudways-tools/mcp'
import { createSandbox } from 'cloudways-tools/sandbox'

const { CLOUDWAYS_ACCESS_TOKEN } = process.env

if (process.argv[2] === 'serve') {
  const sandbox = createSandbox()
  const cloudways = createCloudways(
    CLOUDWAYS_ACCESS_TOKEN
      ? { credentials: { accessToken: CLOUDWAYS_ACCESS_TOKEN }, readOnly: true }
      : sandbox.options,
  )
  await serveStdio(cloudways).closed
} else {
  const client = new Client({ name: 'example', version: '1.0.0' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [...process.execArgv, fileURLToPath(import.meta.url), 'serve'],
      // The client hands on a few safe variables only; the token has to be named.
      env: CLOUDWAYS_ACCESS_TOKEN ? { CLOUDWAYS_ACCESS_TOKEN } : {},
    }),
  )
  console.log(client.getServerVersion()?.name, '-', client.getInstructions())

  const { tools } = await client.listTools()
  console.log(`\n${tools.length} tools, for example:`)
  for (const tool of tools.slice(0, 5)) console.log(`  ${tool.name}: ${tool.description}`)

  const { structuredContent } = await client.callTool({
    name: 'list_servers',
    arguments: { fields: ['label', 'status', 'address'] },
  })
  console.log('\nlist_servers')
  console.table((structuredContent as { servers: object[] }).servers)

  const wrong = await client.callTool({ name: 'list_server', arguments: {} })
  console.log('A misspelt name:', (wrong.content as { text: string }[])[0]?.text)
  await client.close()
}
