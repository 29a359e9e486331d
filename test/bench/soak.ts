/**
 * npm run soak: an hour of mixed load in ten minutes over two replicas on Redis: 36,000 calls of some thirty people. Memory,
 * handles and latency are read every five seconds, and kept in results/soak.json, from which the page is made.
 *
 *     npm run soak -- 0.5       half a minute, to try it; nothing is kept
 */
import { generateKey } from 'cloudways-tools/crypto'
import { signIn } from '../server/self-hosting/people.ts'
import { startRedis } from '../support/redis.ts'
import { fromManyAddresses } from './addresses.ts'
import { type Child, start, startCommand, type Use } from './children.ts'
import { send } from './mcp-load.ts'
import { keepResults, median } from './measure.ts'

const minutes = Number(process.argv[2] ?? 10)
const perSecond = 60
const everySeconds = 5

interface Point {
  second: number
  calls: number
  /** Milliseconds. */
  p50: number
  p95: number
  /** Of each replica: megabytes on the heap after a collection, and handles. */
  heap: number[]
  handles: number[]
}

fromManyAddresses()
const redis = await startRedis()
const sandbox = await start('./sandbox.ts')
const { url = '', token = '', server_id = '', app_id = '' } = sandbox.told
const variables = {
  CLOUDWAYS_API_URL: url,
  REDIS_URL: redis.url,
  ENCRYPTION_KEY: generateKey(),
  RATE_LIMIT_REQUESTS: '1000000',
  RATE_LIMIT_TOTAL: '1000000',
  CONFIRM: 'never',
  TRUST_PROXY: 'true',
  BACKUP_HOURS: '0',
}
const first = await startCommand(variables, ['--expose-gc'])
const base = `http://localhost:${first.port}`
const second = await startCommand({ ...variables, AUTH_BASE_URL: base }, ['--expose-gc'])
const replicas = [first, second]
const header = { 'x-cloudways-access-token': token }
let bearer = await signedIn()

async function signedIn() {
  const { token: found } = await signIn(base, { access_token: token })
  return { authorization: `Bearer ${found}` }
}

const call = (name: string, args: object = {}) => ({
  method: 'tools/call',
  params: { name, arguments: args },
})
const expectText = (pattern: RegExp) => (text: string) => pattern.test(text)

interface Kind {
  /** How many of a hundred. */
  share: number
  run(replica: Child): Promise<{ text: string; isRight(text: string): boolean }>
}

const plain = (
  share: number,
  message: () => object,
  pattern: RegExp,
  headers: () => Record<string, string>,
): Kind => ({
  share,
  run: async (replica) => ({
    text: await send(replica, message(), headers()),
    isRight: expectText(pattern),
  }),
})
const ours = { server_id, app_id }
const kinds: Kind[] = [
  plain(
    34,
    () => call('get_app', ours),
    /"app_id|"id/,
    () => header,
  ),
  plain(
    20,
    () => call('list_servers'),
    /"servers"/,
    () => bearer,
  ),
  plain(
    10,
    () => call('list_apps', { server_id }),
    /"apps"/,
    () => bearer,
  ),
  plain(
    10,
    () => ({ method: 'tools/list' }),
    /restart_server/,
    () => header,
  ),
  plain(
    15,
    () => call('clear_app_cache', ours),
    /"operation_id"/,
    () => bearer,
  ),
  plain(
    5,
    () => call('get_app', { ...ours, app_id: '1' }),
    /isError/,
    () => header,
  ),
  plain(
    5,
    () => call('no_such_tool'),
    /no tool|-32602/,
    () => bearer,
  ),
  // Nobody guesses tokens: all of them come from one address, which would be refused for it.
  {
    share: 1,
    async run() {
      bearer = await signedIn()
      return { text: '', isRight: () => true }
    },
  },
]
const lots = kinds.flatMap((kind) => Array.from({ length: kind.share }, () => kind))

const points: Point[] = []
let latencies: number[] = []
let calls = 0
const wrong: string[] = []

async function one(number: number): Promise<void> {
  const kind = lots[(number * 37) % lots.length] as Kind
  const begun = performance.now()
  try {
    const { text, isRight } = await kind.run(replicas[number % 2] as Child)
    if (!isRight(text)) wrong.push(text.slice(0, 200))
  } catch (error) {
    wrong.push(String(error))
  }
  latencies.push(performance.now() - begun)
  calls += 1
}

const megabytes = (bytes: number) => Math.round((bytes / 2 ** 20) * 100) / 100
const round = (value: number) => Math.round(value * 10) / 10

async function look(second: number): Promise<void> {
  const seen = latencies.toSorted((a, b) => a - b)
  latencies = []
  const use: Use[] = await Promise.all(replicas.map((replica) => replica.use()))
  points.push({
    second,
    calls,
    p50: round(median(seen)),
    p95: round(seen[Math.floor(seen.length * 0.95)] ?? Number.NaN),
    heap: use.map(({ heap }) => megabytes(heap)),
    handles: use.map(({ handles }) => handles),
  })
  console.log(JSON.stringify(points.at(-1)))
}

const begun = performance.now()
const seconds = () => (performance.now() - begun) / 1000
const most = 40
let sent = 0
let looked = 0
const under = new Set<Promise<void>>()
while (seconds() < minutes * 60) {
  while (sent < seconds() * perSecond && under.size < most) {
    const work = one(sent++).finally(() => under.delete(work))
    under.add(work)
  }
  if (seconds() >= looked + everySeconds) {
    looked += everySeconds
    await look(looked)
  }
  await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond))
}
await Promise.all(under)
for (const child of [...replicas, sandbox]) child.stop()
await redis.dispose()

console.log(`${calls} calls, ${wrong.length} answered wrongly`)
for (const text of new Set(wrong.slice(0, 20))) console.log(`  ${text}`)
if (wrong.length > 0) process.exitCode = 1
else if (minutes >= 10) await keepResults('soak', { minutes, perSecond, calls, points })
