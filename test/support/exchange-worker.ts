/**
 * One of several processes that make their first calls with legacy credentials at the same moment.
 *
 * Usage: node exchange-worker.js '{"apiUrl":"...","redis":"redis://..."}'
 */
import { once } from 'node:events'
import { createCloudways } from '../../src/cloudways.ts'
import { fernet } from '../../src/crypto/index.ts'
import { fsStorage, redisStorage } from '../../src/storage/index.ts'

export interface ExchangeTask {
  apiUrl: string
  email: string
  apiKey: string
  key: string
  calls: number
  redis?: string
  dir?: string
}

const { apiUrl, email, apiKey, key, calls, redis, dir } = JSON.parse(process.argv[2]!) as ExchangeTask
const storage = redis ? redisStorage({ url: redis, timeout: 20 }) : fsStorage({ dir: dir! })
const options = { apiUrl, storage, crypto: fernet(key), rateLimit: null, timeout: 30 }
const cloudways = createCloudways({ ...options, credentials: { email, apiKey } })

await storage.get('warm up')
process.stdout.write('"ready"\n')
await once(process.stdin, 'data')
// Every second call has its own client, as in a server: those clients share only the storage.
const results = await Promise.allSettled(
  Array.from({ length: calls }, (_, index) =>
    (index % 2 ? cloudways : cloudways.withCredentials({ email, apiKey })).call('get_operation', {
      operation_id: `none-${index}`,
    }),
  ),
)
// Each call asks for an operation that does not exist. An answer that says so proves that the call was signed in.
const signedIn = results.filter(
  (result) => result.status === 'rejected' && result.reason.details.reason === 'not_found',
).length
const first = results.find((result) => result.status === 'rejected')?.reason?.message
process.stdout.write(`${JSON.stringify({ signedIn, first })}\n`)
await storage.dispose()
process.stdin.destroy()
