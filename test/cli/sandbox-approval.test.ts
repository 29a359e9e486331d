/** A change on the sandbox of the command, where no browser opens: a person can say yes, and the model can't. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { expect, it, onTestFinished } from 'vitest'
import { createBrowser } from '../server/approval/person.ts'
import { connect } from '../server/support.ts'
import { until } from './run.ts'
import { httpServer, stdioServer } from './run-here.ts'
import { textOf } from './stdio-client.ts'

const env = { BROWSER: 'none', WAIT_SECONDS: '0' }
const printed = /take the access token of the sandbox: (cw_\w+)/

/** Ask for a change, say yes on its page with what stands on stderr, and make the change. */
async function approve(client: Client, stderr: () => string, host: string) {
  const call = async () =>
    (await client.callTool({
      name: 'restart_server',
      arguments: { server_id: '70011' },
    })) as CallToolResult
  const first = await call()
  const link = new RegExp(`http://${host}:\\d+/confirm/[\\w-]{43}`).exec(textOf(first))?.[0] as string
  const { port } = new URL(link)
  expect(textOf(first)).toContain(`Give the person this link: ${link} .`)
  expect(textOf(first)).toContain(`ssh -L ${port}:127.0.0.1:${port} HOST`)
  expect(textOf(first)).toContain('The page asks for the access token of the sandbox: ')
  expect(JSON.stringify(first)).not.toContain('cw_')

  const gate = await createBrowser().get(link)
  expect(gate.text).toContain('Of the sandbox. The command of the server prints it on stderr')
  expect(gate.text).not.toContain('From the <a')
  await until(() => printed.test(stderr()))
  const credentials = { access_token: printed.exec(stderr())?.[1] as string }
  expect((await createBrowser().decide(link, credentials, 'approve')).status).toBe(200)
  expect((await call()).structuredContent).toMatchObject({ state: 'running' })
}

it('on stdio', async () => {
  const { transport, stderr } = stdioServer(['stdio', '--sandbox'], env)
  const client = new Client({ name: 'test', version: '1' })
  onTestFinished(() => client.close())
  await client.connect(transport)
  await approve(client, stderr, '127.0.0.1')
})

it.each(['console', 'json'])('over HTTP, with a log in the form %s', async (LOG_FORMAT) => {
  const { child, output, ended, url } = await httpServer(['--sandbox'], { ...env, LOG_FORMAT })
  const client = await connect(url)
  await approve(client, () => output.stderr, 'localhost')
  await client.close()
  child.kill('SIGTERM')
  const { stderr } = await ended
  if (LOG_FORMAT === 'json') for (const line of stderr.trimEnd().split('\n')) JSON.parse(line)
})
