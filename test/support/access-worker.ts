/**
 * One replica that opens access for a time, and kills itself directly after the change was sent: before anybody noted it.
 *
 * Usage: node access-worker.js '{"redis":"redis://...","apiUrl":"http://...","token":"cw_...","key":"...","input":{}}'
 */
import { fernet } from '../../src/crypto/index.ts'
import { createCloudways } from '../../src/index.ts'
import { createLogger } from '../../src/server/watch/logging.ts'
import { openBackground } from '../../src/server/work/open.ts'
import { redisClient, redisStorage } from '../../src/storage/index.ts'
import type { Task as CampaignTask } from './campaign-worker.ts'

export type Task = Omit<CampaignTask, 'auditFile' | 'crash'>

const task = JSON.parse(process.argv[2]!) as Task
const background = await openBackground(task.redis, createLogger({ write: () => {} }))
const cloudways = createCloudways({
  preset: 'all',
  credentials: { accessToken: task.token },
  apiUrl: task.apiUrl,
  fetch: async (url, init) => {
    const answer = await fetch(url, init)
    if (init?.method === 'POST') process.kill(process.pid, 'SIGKILL')
    return answer
  },
  crypto: fernet(task.key),
  storage: redisStorage({ client: redisClient({ url: task.redis }) }),
  rateLimit: null,
  confirm: 'never',
  onWork: background.onWork,
})
await cloudways.call('update_whitelisted_ips', task.input as never)
