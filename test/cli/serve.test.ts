import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { createSandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import { connect } from '../server/support.ts'
import { gate, json, providers, startUpstream, token, when } from '../support/upstream.ts'
import { core } from '../tools/all.ts'
import { hello, main, rpc, run, start, startHttp } from './run.ts'
import { httpServer, runHere } from './run-here.ts'

describe('stdio', () => {
  it('serves the official client, on the sandbox', async () => {
    const client = new Client({ name: 'test', version: '1' })
    const args = [main, '--sandbox']
    await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' }))
    expect((await client.listTools()).tools).toHaveLength(core.length)
    const result = await client.callTool({ name: 'list_servers', arguments: {} })
    expect((result.structuredContent as { servers: unknown[] }).servers).toHaveLength(3)
    await client.close()
  })

  it('starts without credentials; a call then says what is missing', async () => {
    const stdin = hello + rpc(2, 'tools/list') + rpc(3, 'tools/call', { name: 'list_servers', arguments: {} })
    const { code, stdout } = await runHere(['stdio'], { stdin })
    expect(code).toBe(0)
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(answers.find(({ id }) => id === 2).result.tools).toHaveLength(core.length)
    const { isError, content } = answers.find(({ id }) => id === 3).result
    expect(isError).toBe(true)
    expect(content[0].text).toMatch(/^There are no Cloudways credentials\./)
  })

  it.each(['console', 'json'])(
    'keeps stdout to the protocol and secrets out of stderr, also while things go wrong (%s)',
    async (LOG_FORMAT) => {
      const sandbox = createSandbox()
      const credentials = { server_id: '70011', app_id: '90021' }
      const stdin = [
        hello,
        'this is not JSON cw_canary_token\n',
        rpc(2, 'tools/call', { name: 'no_such_tool', arguments: {} }),
        rpc(3, 'tools/call', { name: 'list_servers', arguments: { detail: 'full' } }),
        rpc(4, 'tools/call', { name: 'get_app_credentials', arguments: credentials }),
        rpc(5, 'no/such/method'),
        rpc(6, 'tools/call', { name: 'restart_server', arguments: { server: 'cw_canary_token' } }),
      ].join('')
      const env = { LOG_LEVEL: 'DEBUG', LOG_FORMAT, NODE_DEBUG: '' }
      const { code, stdout, stderr } = await run(['--sandbox'], { stdin, env })
      expect(code).toBe(0)
      for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line).jsonrpc).toBe('2.0')
      expect(stderr).toContain('upstream')
      expect(stderr).toContain('get_app_credentials')
      expect(stderr).not.toContain('canary')
      for (const secret of [...sandbox.secrets, ...Object.values(sandbox.credentials)]) {
        expect(stderr).not.toContain(secret)
      }
    },
  )

  it('ends on SIGTERM', async () => {
    const { child, ended, says } = start(['stdio', '--sandbox'])
    child.stdin.write(hello)
    await says('serverInfo')
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })
})

describe('http', () => {
  /** A server with a running call. The platform answers the call only when the test says so. */
  async function underWay() {
    const { open, opened } = gate()
    const platform = await startUpstream({ 'GET /providers': when(opened, json(providers)) })
    const server = await startHttp([], { CLOUDWAYS_API_URL: platform.url, CLOUDWAYS_ACCESS_TOKEN: token })
    const client = await connect(server.url)
    const call = client.callTool({ name: 'get_available_providers', arguments: {} })
    await platform.arrived(1)
    return { ...server, call, answer: open }
  }

  it('says what to do next, and serves the sandbox without configuration', async () => {
    const { child, ended, url } = await httpServer(['--sandbox'])
    const client = await connect(url)
    const result = await client.callTool({ name: 'list_servers', arguments: {} })
    expect(result.isError).toBeFalsy()
    await client.close()
    child.kill('SIGTERM')
    const { code, stdout, stderr } = await ended
    expect([code, stdout]).toEqual([0, ''])
    for (const line of [
      `serves ${url}\n`,
      'Account: the built-in sandbox, a fake with three servers. Nothing reaches Cloudways.\n',
      `claude mcp add --transport http cloudways ${url}\n`,
      `{"mcpServers":{"cloudways":{"url":"${url}"}}}`,
      `{"servers":{"cloudways":{"type":"http","url":"${url}"}}}`,
      '--header "x-cloudways-access-token: YOUR_TOKEN"',
      'https://platform.cloudways.com/api',
    ]) {
      expect(stderr).toContain(line)
    }
  })

  it('lets a call under way end when it is told to stop, and exits 0', async () => {
    const { child, ended, says, call, answer } = await underWay()
    child.kill('SIGTERM')
    await says('stopping')
    answer()
    expect((await call).structuredContent).toMatchObject(providers)
    const { code, stderr } = await ended
    expect(code).toBe(0)
    expect(stderr).toContain('stopped')
  })

  it('ends at once on the second signal', async () => {
    const { child, ended, says, call } = await underWay()
    child.kill('SIGINT')
    await says('stopping')
    child.kill('SIGINT')
    await expect(call).rejects.toThrow()
    expect((await ended).code).toBe(130)
  })

  it('asks clients to sign in when it has no account, and tells how to connect', async () => {
    const { child, ended, url } = await httpServer()
    const response = await fetch(url, { method: 'POST', body: '{}' })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer resource_metadata="http:\/\/localhost/)
    child.kill('SIGTERM')
    const { stderr } = await ended
    expect(stderr).toContain('that of whoever signs in; a client opens the browser by itself')
    expect(stderr).toContain(`claude mcp add --transport http cloudways ${url}\n`)
  })

  it('asks for a sign-in on the sandbox too, with --login', async () => {
    const { child, ended, url, output } = await httpServer(['--sandbox', '--login'])
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
    expect(output.stderr).toMatch(/take the access token of the sandbox: cw_\w+/)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })

  it('asks each request for its account when it has none, and no sign-in', async () => {
    const { child, ended, url } = await httpServer([], { ENABLE_OAUTH_AUTH: 'false' })
    const client = await connect(url)
    const { content } = await client.callTool({ name: 'list_servers', arguments: {} })
    expect((content as { text: string }[])[0]?.text).toMatch(/^There are no Cloudways credentials\./)
    await client.close()
    child.kill('SIGTERM')
    const { stderr } = await ended
    expect(stderr).toContain('none of its own; each request brings its credentials in headers')
    expect(stderr).toContain(
      `claude mcp add --transport http cloudways ${url} --header "x-cloudways-access-token`,
    )
  })

  it("uses the environment's account on this machine, and writes nothing but JSON when asked to", async () => {
    const sandbox = createSandbox()
    const upstream = await sandbox.listen()
    const { accessToken } = sandbox.credentials
    const { child, ended, url } = await httpServer([], {
      CLOUDWAYS_API_URL: upstream.url,
      CLOUDWAYS_ACCESS_TOKEN: accessToken,
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'DEBUG',
    })
    const client = await connect(url)
    const result = await client.callTool({ name: 'list_servers', arguments: {} })
    expect(result.isError).toBeFalsy()
    await client.close()
    child.kill('SIGTERM')
    const { stderr } = await ended
    await upstream.close()
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map(({ message }) => message)).toContain('listening')
    expect(lines.find(({ message }) => message === 'listening')).toMatchObject({
      url,
      account: 'environment',
    })
    expect(lines.find(({ tool }) => tool === 'list_servers')).toBeDefined()
    for (const secret of [...sandbox.secrets, accessToken]) expect(stderr).not.toContain(secret)
  })

  it('prints its configuration with secrets masked', async () => {
    const { code, stdout, stderr } = await runHere(['http', '--print-config'], {
      env: { CLOUDWAYS_ACCESS_TOKEN: 'cw_canary_token', PORT: '7100' },
    })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('CLOUDWAYS_ACCESS_TOKEN=[hidden]\n')
    expect(stdout).toContain('PORT=7100\nAUTH_BASE_URL=http://localhost:7100\n')
  })
})
