/**
 * Two replicas of the self-hosted server on one Redis, behind a round-robin proxy, act as one. A sign-in that began at
 * one replica goes on at the other, the rate limit is exact over both, and nothing is lost when one is killed.
 *
 *   npx tsx examples/replicas.ts
 *
 * Needs `redis-server` on the PATH, or REDIS_URL. Cloudways is the sandbox, served over HTTP.
 */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { readConfig, startServer } from 'cloudways-tools/server'

/** A real client would listen here for its browser to come back. This example reads the redirect instead. */
const callback = 'http://127.0.0.1:43111/callback'

// The same file is also the program of a replica, which its environment configures, as in a container.
if (process.argv[2] === 'replica') {
  const { port } = await startServer({ config: readConfig(process.env) })
  process.send?.(port)
} else {
  const { REDIS_URL } = process.env
  const own = !REDIS_URL && spawnSync('redis-server', ['--version']).status === 0
  if (REDIS_URL || own) await show(REDIS_URL)
  else
    console.log('This example needs Redis: install redis-server, or set REDIS_URL=redis://localhost:6379/0')
}

async function show(givenRedis: string | undefined): Promise<void> {
  const started: ChildProcess[] = []
  const sandbox = createSandbox({ servers: 60, requestsPerMinute: 1000 })
  const cloudways = await sandbox.listen()
  const { replicas, base, close } = await startProxy()
  try {
    const env = {
      PATH: process.env.PATH,
      AUTH_BASE_URL: base,
      CLOUDWAYS_API_URL: cloudways.url,
      ENCRYPTION_KEY: generateKey(),
      REDIS_URL: givenRedis ?? (await startRedis(started)),
      RATE_LIMIT_REQUESTS: '40',
      RATE_LIMIT_WINDOW: '86400',
      TRUST_PROXY: 'true',
      LOG_LEVEL: 'ERROR',
      PORT: '0',
    }
    for (const name of ['A', 'B']) {
      const child = fork(fileURLToPath(import.meta.url), ['replica'], { env })
      started.push(child)
      const [port] = (await once(child, 'message')) as [number]
      replicas.push({ name, port, pid: child.pid as number })
      console.log(`Replica ${name}: process ${child.pid}, port ${port}`)
    }
    console.log(`Proxy: ${base}, to each in turn\n`)

    console.log('A sign-in, each step at the other replica')
    const { accessToken, otherAccessToken } = sandbox.credentials
    const bearer = await finishLogin(base, await beginLogin(base), accessToken)

    console.log('\nCalls with its bearer token')
    for (let count = 0; count < 4; count++) {
      const { replica, result } = await call(base, bearer, 'list_servers')
      console.log(`  ${replica}  list_servers: ${result.structuredContent?.servers?.length} servers`)
    }

    console.log('\n60 different calls at once, of an account that may send 40 requests')
    const ids = sandbox.state.servers.map(({ id }) => String(id))
    const calls = ids.map((server_id) => call(base, bearer, 'get_server_settings', { server_id }))
    const answers = await Promise.all(calls)
    for (const name of ['A', 'B']) {
      const let_through = answers.filter(({ replica, result }) => replica === name && !result.isError)
      console.log(`  ${name}  let ${let_through.length} through`)
    }
    console.log(`  Cloudways saw ${sandbox.requests.length} requests, those before included`)

    console.log('\nA second person has the form open when replica A is killed')
    const login = await beginLogin(base)
    process.kill(replicas[0]?.pid as number, 'SIGKILL')
    await once(started.at(-2) as ChildProcess, 'exit')
    const other = await finishLogin(base, login, otherAccessToken)
    const { replica, result } = await call(base, other, 'list_servers')
    console.log(
      `  ${replica}  list_servers: ${result.structuredContent?.servers?.[0]?.label}, of this person only`,
    )
    const refused = await call(base, bearer, 'list_servers')
    console.log(`  ${refused.replica}  the first one is still known, and still over the limit:`)
    console.log(`     ${refused.result.content[0]?.text}`)
  } finally {
    for (const child of started) child.kill('SIGKILL')
    close()
    await cloudways.close()
  }
}

interface Login {
  clientId: string
  verifier: string
  ticket: string
  cookie: string
}

/** Register a client, and open the page that it sends a browser to. */
async function beginLogin(base: string): Promise<Login> {
  const registered = await send('register', `${base}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Example', redirect_uris: [callback] }),
  })
  const { client_id: clientId } = (await registered.json()) as { client_id: string }
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: callback,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource: `${base}/mcp`,
  })
  const page = await send('authorize', `${base}/authorize?${query}`)
  const ticket = /name="ticket" value="([^"]+)"/.exec(await page.text())?.[1] as string
  return { clientId, verifier, ticket, cookie: page.headers.getSetCookie()[0]?.split(';')[0] as string }
}

/** Send the form, and turn the code into a bearer token. */
async function finishLogin(base: string, login: Login, accessToken: string): Promise<string> {
  const form = new URLSearchParams({ ticket: login.ticket, action: 'sign-in', access_token: accessToken })
  const headers = { cookie: login.cookie, origin: base }
  const back = await send('sign in', `${base}/authorize/sign-in`, { method: 'POST', headers, body: form })
  const fields = new URLSearchParams({
    grant_type: 'authorization_code',
    code: new URL(back.headers.get('location') as string).searchParams.get('code') as string,
    client_id: login.clientId,
    redirect_uri: callback,
    code_verifier: login.verifier,
    resource: `${base}/mcp`,
  })
  const answer = await send('token', `${base}/token`, { method: 'POST', body: fields })
  return ((await answer.json()) as { access_token: string }).access_token
}

async function send(step: string, url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  console.log(`  ${response.headers.get('x-replica')}  ${step}: ${response.status}`)
  return response
}

interface Result {
  isError?: boolean
  content: { text: string }[]
  structuredContent?: { servers?: { label: string }[] }
}

async function call(base: string, bearer: string, name: string, input: object = {}) {
  const response = await fetch(`${base}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bearer}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }),
  })
  const { result } = (await response.json()) as { result: Result }
  return { replica: response.headers.get('x-replica'), result }
}

/** Passes each request to the next replica. If that replica accepts no connection, the one after it gets the request. */
async function startProxy() {
  const replicas: { name: string; port: number; pid: number }[] = []
  let turn = 0
  const server = createServer(async (incoming, outgoing) => {
    const first = turn++
    for (let index = 0; index < replicas.length; index++) {
      const { name, port } = replicas[(first + index) % replicas.length]!
      const socket = connect(port, '127.0.0.1')
      if (!(await once(socket, 'connect').catch(() => undefined))) continue
      const headers = {
        ...incoming.headers,
        'x-forwarded-for': incoming.socket.remoteAddress,
        connection: 'close',
      }
      const { method, url: path } = incoming
      const sent = request({ createConnection: () => socket, method, path, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode as number, { ...answer.headers, 'x-replica': name })
        answer.pipe(outgoing)
      })
      sent.on('error', () => outgoing.destroy())
      incoming.pipe(sent)
      return
    }
    outgoing.writeHead(502).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { replicas, base, close }
}

/** A Redis of this example on a free port. It writes nothing to disk. */
async function startRedis(started: ChildProcess[]): Promise<string> {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  free.close()
  await once(free, 'close')
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const redis = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(redis)
  for (let log = ''; !log.includes('Ready to accept connections'); ) log += await once(redis.stdout, 'data')
  return `redis://127.0.0.1:${port}/0`
}
