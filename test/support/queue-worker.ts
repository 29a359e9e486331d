/**
 * A replica that takes a job of the queue on Redis, prints it, and never finishes it: to be killed.
 *
 * Usage: node queue-worker.js '{"url":"redis://..."}'
 */
import { bullQueue } from '../../src/server/work/bullmq.ts'

const { url } = JSON.parse(process.argv[2]!) as { url: string }
const queue = await bullQueue({ url, name: 'work', atOnce: 1, lockSeconds: 1, onError: () => {} })
queue?.start((job) => {
  process.stdout.write(`${JSON.stringify(job)}\n`)
  return new Promise(() => {})
})
