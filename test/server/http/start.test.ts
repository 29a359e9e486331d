import { createCloudways, InputError, version } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createLogger, createServer, readConfig, startServer } from 'cloudways-tools/server'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it, onTestFinished } from 'vitest'
import { coreTools } from '../../../src/tools/index.ts'
import { freePort } from '../../support/redis.ts'
import { gate } from '../../support/upstream.ts'
import { callTool, connect, holdTime, raw, startTestServer as start } from '../support.ts'

describe('the MCP endpoint', () => {
  it('lists and calls tools on the default account', async () => {
    const server = await start()
    expect(server.account).toBe('sandbox')
    const client = await connect(server.url)
    const { tools } = await client.listTools()
    expect(tools).toHaveLength(Object.values(coreTools).filter((tool) => tool.core).length)
    const result = await client.callTool({ name: 'list_servers', arguments: {} })
    expect((result.structuredContent as { servers: unknown[] }).servers).toHaveLength(3)
    await client.close()
    expect(server.sandbox.violations).toEqual([])
  })

  it('works on the account of the headers, when they name one', async () => {
    const server = await start()
    const { otherAccessToken } = server.sandbox.credentials
    const client = await connect(server.url, { 'x-cloudways-access-token': otherAccessToken })
    const result = await client.callTool({ name: 'list_servers', arguments: {} })
    expect((result.structuredContent as { servers: unknown[] }).servers).toHaveLength(1)
    await client.close()
  })

  it('refuses header credentials when they are switched off', async () => {
    const server = await start({ env: { ENABLE_HEADER_AUTH: 'false' } })
    await expect(connect(server.url, { 'x-cloudways-access-token': 'cw_abcdefgh' })).rejects.toThrow(
      'Credentials in headers are switched off on this server.',
    )
  })

  it('has the tools that the environment chose', async () => {
    const server = await start({ env: { TOOLSETS: 'servers', READ_ONLY: 'true' } })
    const client = await connect(server.url)
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).toContain('list_servers')
    expect(tools.every((tool) => tool.annotations?.readOnlyHint)).toBe(true)
    await client.close()
  })

  it('logs a streamed answer when it has ended, with its tool and account', async () => {
    const { open: answer, opened } = gate()
    const server = await start({ before: opened })
    const client = await connect(server.url)
    const answered = () => server.lines.filter((line) => / request .*method=POST .*status=200/.test(line))
    await expect.poll(answered).toHaveLength(1)
    // A client that asks for progress gets a stream of events.
    const call = client.callTool({ name: 'list_servers', arguments: {} }, undefined, { onprogress: () => {} })
    await expect.poll(() => server.sandbox.requests).toHaveLength(1)
    // The headers of the answer have been sent, but the answer has not ended.
    expect(answered()).toHaveLength(1)
    answer()
    await call
    await client.close()
    await expect.poll(answered).toHaveLength(2)
    expect(answered()[1]).toMatch(/status=200 ms=\d+ tool=list_servers account=acct_\w+\n$/)
  })

  it('takes POST only, with the standard headers on every answer', async () => {
    const server = await start()
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const response = await fetch(server.url, { method })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('POST')
      expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  it('answers to its own names only', async () => {
    const server = await start({ env: { AUTH_BASE_URL: 'https://mcp.example.com' } })
    const status = async (host: string) => (await raw(server.url, { headers: { host } })).status
    expect(await status('mcp.example.com')).toBe(405)
    expect(await status('evil.example.org')).toBe(403)
  })
})

describe('the other paths', () => {
  it('answers /health with state and version, and nothing else', async () => {
    const server = await start()
    const response = await fetch(`${server.base}/health`)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      status: 'ok',
      version,
      uptime: expect.any(Number),
      storage: 'ok',
    })
  })

  it.each([
    ['fails', () => Promise.reject(new Error('secret-host is down'))],
    ['does not answer', () => new Promise<never>(() => {})],
  ])('answers 503 within bounds while the storage %s', async (_, broken) => {
    const storage = { ...memoryStorage(), set: broken }
    const { app } = createServer({ cloudways: createCloudways({ storage }), signIn: false })
    const passTime = holdTime()
    const answer = app.request('/health')
    await passTime(2000)
    const response = await answer
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ status: 'failing', storage: 'failing' })
  })

  it('shows people what it is, with a policy that allows nothing but its style', async () => {
    const server = await start()
    const response = await fetch(`${server.base}/`)
    expect(await response.text()).toContain(`claude mcp add --transport http cloudways ${server.url}`)
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
  })

  it('answers anything else with 404 as JSON', async () => {
    const server = await start()
    const response = await fetch(`${server.base}/nothing?x=1`)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({
      error: 'not_found',
      message: 'There is nothing here. The MCP endpoint is /mcp.',
    })
  })

  it('tells a caller nothing of a failure but where to look it up', async () => {
    const lines: string[] = []
    const { createLogger } = await import('cloudways-tools/server')
    const logger = createLogger({ write: (line) => lines.push(line) })
    const { app } = createServer({ cloudways: createCloudways(), logger, signIn: false })
    app.get('/broken', () => {
      throw new Error('internal detail')
    })
    const response = await app.request('/broken')
    const body = await response.text()
    expect(response.status).toBe(500)
    expect(body).not.toMatch(/internal detail|\.ts/)
    const id = response.headers.get('x-request-id') as string
    expect(body).toContain(id)
    expect(lines.join('')).toContain(`request_id=${id}`)
    expect(lines.join('')).toContain('Error: internal detail\n        at ')
  })
})

describe('startServer', () => {
  it('says in one line that the port is taken', async () => {
    const server = await start()
    const config = readConfig({ PORT: String(server.port), LOG_LEVEL: 'ERROR' })
    await expect(startServer({ config })).rejects.toThrow(`Port ${server.port} of 127.0.0.1 is taken.`)
  })

  it.each<[string, Record<string, string>]>([
    ['HOST', { HOST: '0.0.0.0' }],
    ['AUTH_BASE_URL', { AUTH_BASE_URL: 'https://mcp.example.com' }],
  ])("does not lend the operator's account to strangers by %s", async (name, env) => {
    const config = readConfig({ ...env, PORT: '0', CLOUDWAYS_ACCESS_TOKEN: 'cw_canary_token' })
    const error = await startServer({ config }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(InputError)
    expect((error as Error).message).toBe(
      `${name} is not this machine, and the environment holds Cloudways credentials: anyone who reaches the server would use that account.`,
    )
  })

  it.each([
    [{ SERVERS: 'shp' }, 'SERVERS: no server is named shp. Did you mean shop?'],
    [{ APPS: '90021,stor' }, 'APPS: no app is named stor. Did you mean store?'],
    [{ PROTECT: '70011,prodction' }, 'PROTECT: no server or app is named prodction.'],
  ])('refuses %o: the account has nothing of that name', async (env, words) => {
    const config = readConfig({ PORT: '0', ...env })
    await expect(startServer({ config, sandbox: createSandbox() })).rejects.toThrow(words)
  })

  it('starts when the account cannot be looked into: a scope that fits nothing lets nothing through', async () => {
    const sandbox = createSandbox()
    sandbox.fail({ path: '/server', status: 403 })
    const lines: string[] = []
    const logger = createLogger({ write: (line) => lines.push(line) })
    const config = readConfig({ PORT: String(await freePort()), SERVERS: 'shp' })
    const server = await startServer({ config, sandbox, logger })
    onTestFinished(() => server.close())
    expect(lines.join('')).toContain('could not be checked')
    const { content } = await callTool(server.url, 'list_servers')
    expect(content[0]?.text).toContain('"servers":[]')
  })

  it('names the variable of a tool that does not exist', async () => {
    const config = readConfig({ PORT: '0', EXCLUDE_TOOLS: 'restart_servr' })
    await expect(startServer({ config })).rejects.toThrow(
      'EXCLUDE_TOOLS: There is no tool restart_servr; did you mean restart_server?',
    )
  })

  it('refuses a choice that leaves nothing', async () => {
    const config = readConfig({ PORT: '0', TOOLS: 'restart_server', READ_ONLY: '1' })
    await expect(startServer({ config })).rejects.toThrow('together leave no tool')
  })
})

describe.each(['console', 'json'] as const)('the log, %s', (format) => {
  it('holds one line per request with its facts, and no secret', async () => {
    const server = await start({ format })
    const { accessToken, email, apiKey } = server.sandbox.credentials
    for (const headers of [
      {},
      { 'x-cloudways-access-token': accessToken },
      { 'x-cloudways-email': email, 'x-cloudways-api-key': apiKey },
      { 'x-cloudways-email': email, 'x-cloudways-api-key': 'canary-wrong-key-0001' },
    ]) {
      const client = await connect(server.url, headers as Record<string, string>)
      await client.callTool({ name: 'list_servers', arguments: { detail: 'full' } })
      await client.callTool({
        name: 'get_app_credentials',
        arguments: { server_id: '70011', app_id: '90021' },
      })
      await client.close()
    }
    await fetch(`${server.base}/mcp?access_token=${accessToken}`, { method: 'POST' })
    await fetch(`${server.base}/${accessToken}`)
    await fetch(`${server.base}/x`, { headers: { authorization: 'Bearer canary-bearer-0001' } })
    await server.close()
    const log = server.lines.join('')
    expect(log).toContain('list_servers')
    expect(log).toContain('acct_')
    expect(log).toContain('upstream')
    expect(log).not.toMatch(/access_token=|canary/)
    for (const secret of [...server.sandbox.secrets, apiKey, accessToken]) expect(log).not.toContain(secret)
  })
})
