/**
 * One replica that goes on with a campaign until its end. It kills itself after the N-th write to the storage, or after
 * the N-th request, as a crash would: without a word to anybody.
 *
 * Usage: node campaign-worker.js '{"redis":"redis://...","apiUrl":"http://...","token":"cw_...","input":{}}'
 */
import { fernet } from '../../src/crypto/index.ts'
import { createCloudways, isCloudwaysError } from '../../src/index.ts'
import { openAuditFile } from '../../src/server/audit/file.ts'
import { redisClient, redisStorage } from '../../src/storage/index.ts'
import type { ListStorage } from '../../src/types.ts'

export interface Task {
  redis: string
  apiUrl: string
  token: string
  /** Seals what is stored. */
  key: string
  input: object
  /** Where the audit is written. */
  auditFile: string
  /** Left out: it does not crash. */
  crash?: { after: 'write' | 'request'; nth: number }
}

/** What a replica prints at the end. */
export interface Outcome {
  report: unknown
  changes: unknown
  writes: number
  requests: number
}

const task = JSON.parse(process.argv[2]!) as Task
const counts = { write: 0, request: 0 }

function happened(what: keyof typeof counts): void {
  counts[what] += 1
  if (task.crash?.after === what && task.crash.nth === counts[what]) process.kill(process.pid, 'SIGKILL')
}

const after = async <T>(what: keyof typeof counts, done: Promise<T>): Promise<T> => {
  const value = await done
  happened(what)
  return value
}

const client = redisClient({ url: task.redis, timeout: 20 })
const inner = redisStorage({ client })
const storage: ListStorage = {
  ...inner,
  set: (...given) => after('write', inner.set(...given)),
  delete: (key) => after('write', inner.delete(key)),
  take: (key) => after('write', inner.take(key)) as never,
  increment: (...given) => after('write', inner.increment(...given)),
  append: (...given) => after('write', inner.append(...given)),
  lock: (key, options, work) =>
    inner.lock(key, options, () => {
      happened('write')
      return work()
    }),
}

const audit = openAuditFile(task.auditFile)
const cloudways = createCloudways({
  preset: 'all',
  credentials: { accessToken: task.token },
  apiUrl: task.apiUrl,
  fetch: (...given) => after('request', fetch(...given)),
  crypto: fernet(task.key),
  storage,
  rateLimit: null,
  pollSeconds: 0.01,
  backupHours: 0,
  confirm: 'write',
  onConfirm: () => true,
  beforeChange: (change) => audit.begin(change),
  onAudit: (event) => audit.write(event),
})

type Report = { state: string; campaign_id: string }
const call = (tool: string, input: object) =>
  cloudways.call(tool as 'ping', input as never) as Promise<unknown>

async function toTheEnd(): Promise<Report> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      const report = (await call('run_campaign', task.input)) as Report
      if (!['planning', 'waiting', 'running'].includes(report.state)) return report
    } catch (error) {
      if (!isCloudwaysError(error)) throw error
      process.stderr.write(`${error.message}\n`)
    }
  }
  throw new Error('The campaign does not end.')
}

const report = await toTheEnd()
const changes = await call('list_changes', { limit: 100 })
const outcome: Outcome = { report, changes, writes: counts.write, requests: counts.request }
process.stdout.write(`${JSON.stringify(outcome)}\n`)
audit.close()
await storage.dispose()
await client.close()
process.stdin.destroy()
