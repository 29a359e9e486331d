/**
 * npm run scale: what a call costs the server as the account, the number of people and the number of replicas grow. Kept in
 * results/scale.json, from which the page is made.
 *
 *     npm run scale -- small    the small sizes only, to try it; nothing is kept
 */
import { generateKey } from 'cloudways-tools/crypto'
import { signIn } from '../server/self-hosting/people.ts'
import { startRedis } from '../support/redis.ts'
import { fromManyAddresses } from './addresses.ts'
import { type Child, start, startCommand } from './children.ts'
import { cpuOfEach, send } from './mcp-load.ts'
import { keepResults, median } from './measure.ts'

fromManyAddresses()
const isSmall = process.argv[2] === 'small'
const token = { 'x-cloudways-access-token': 'cw_bench_token' }
const free = {
  RATE_LIMIT_REQUESTS: '1000000',
  RATE_LIMIT_TOTAL: '1000000',
  AUTH_TOKEN_LIFETIME: '3600',
  TRUST_PROXY: 'true',
}
const sizes = (...all: number[]) => (isSmall ? all.slice(0, 2) : all)

/** CPU milliseconds of a call, by what grows. */
interface Point {
  size: number
  [line: string]: number
}

const call = (name: string, args: object = {}) => ({
  method: 'tools/call',
  params: { name, arguments: args },
})

async function mustSend(child: Child, message: object, headers: Record<string, string>): Promise<void> {
  const text = await send(child, message, headers)
  if (text.includes('isError":true') || !text.includes('"result"')) throw new Error(text.slice(0, 300))
}

/** A server that has answered fewer calls has less compiled code: each one is warmed by so many. */
const warming = 400

/** The median of five rounds, after calls that warm the server. */
async function cost(child: Child, count: number, once: () => Promise<void>, warm = warming): Promise<number> {
  await cpuOfEach(child, warm, once)
  const rounds: number[] = []
  for (let round = 0; round < 5; round++) rounds.push(await cpuOfEach(child, count, once))
  return Math.round(median(rounds) * 100) / 100
}

/** `get_app` by its id, and `list_servers`, which reads all of the account. */
async function byServers(size: number): Promise<Point> {
  const upstream = await start('./upstream.ts', String(size), '2')
  const command = await startCommand({ ...free, CLOUDWAYS_API_URL: `http://127.0.0.1:${upstream.port}` })
  const app = call('get_git_ssh_key', { server_id: '70000', app_id: '90000' })
  const point = {
    size,
    'a read of one app': await cost(command, 50, () => mustSend(command, app, token)),
    list_servers: await cost(
      command,
      size > 500 ? 5 : 20,
      () => mustSend(command, call('list_servers'), token),
      20,
    ),
  }
  command.stop()
  upstream.stop()
  return point
}

/** A read of one app by each of many people in turn. */
async function bySessions(all: readonly number[]): Promise<Point[]> {
  const redis = await startRedis()
  const upstream = await start('./upstream.ts')
  const command = await startCommand(
    {
      ...free,
      CLOUDWAYS_API_URL: `http://127.0.0.1:${upstream.port}`,
      REDIS_URL: redis.url,
      ENCRYPTION_KEY: generateKey(),
    },
    ['--expose-gc'],
  )
  const people: Record<string, string>[] = []
  const points: Point[] = []
  for (const size of all) {
    while (people.length < size) {
      const batch = Array.from({ length: Math.min(20, size - people.length) }, (_, index) =>
        signIn(`http://localhost:${command.port}`, { access_token: `cw_person_${people.length + index}` }),
      )
      people.push(...(await Promise.all(batch)).map((one) => ({ authorization: `Bearer ${one.token}` })))
    }
    let next = 0
    const app = call('get_git_ssh_key', { server_id: '70000', app_id: '90000' })
    const each = await cost(command, 100, () => mustSend(command, app, people[next++ % size] ?? {}))
    const { heap } = await command.use()
    points.push({ size, 'a read of one app': each, heap: Math.round(heap / 2 ** 20) })
    console.log(JSON.stringify(points.at(-1)))
  }
  command.stop()
  upstream.stop()
  await redis.dispose()
  return points
}

/** The CPU of all replicas together for a call, each call at another replica. */
async function byReplicas(size: number): Promise<Point> {
  const redis = await startRedis()
  const upstream = await start('./upstream.ts')
  const variables = {
    ...free,
    CLOUDWAYS_API_URL: `http://127.0.0.1:${upstream.port}`,
    REDIS_URL: redis.url,
    ENCRYPTION_KEY: generateKey(),
  }
  const replicas: Child[] = []
  for (let count = 0; count < size; count++) replicas.push(await startCommand(variables))
  const used = async () => (await Promise.all(replicas.map((one) => one.cpu()))).reduce((a, b) => a + b, 0)
  const app = call('get_git_ssh_key', { server_id: '70000', app_id: '90000' })
  let next = 0
  const together = { ...(replicas[0] as Child), cpu: used }
  const point = {
    size,
    'a read of one app': await cost(
      together,
      400,
      () => mustSend(replicas[next++ % size] as Child, app, token),
      warming * size,
    ),
  }
  for (const one of replicas) one.stop()
  upstream.stop()
  await redis.dispose()
  return point
}

async function each(all: readonly number[], measure: (size: number) => Promise<Point>): Promise<Point[]> {
  const points: Point[] = []
  for (const size of all) {
    points.push(await measure(size))
    console.log(JSON.stringify(points.at(-1)))
  }
  return points
}

const kept = {
  servers: await each(sizes(1, 10, 100, 1000, 5000), byServers),
  sessions: await bySessions(sizes(1, 10, 100, 1000, 10_000)),
  replicas: await each(sizes(1, 2, 4, 8), byReplicas),
}
if (!isSmall) await keepResults('scale', kept)
