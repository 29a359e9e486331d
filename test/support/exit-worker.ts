/**
 * Leaves two storages open, with items that expire in an hour. The process must end by itself all the same.
 *
 * Usage: node exit-worker.js '{"dir":"..."}'
 */

import { fsStorage, memoryStorage } from '../../src/storage/index.ts'

const { dir } = JSON.parse(process.argv[2]!) as { dir: string }
const storages = [memoryStorage(), fsStorage({ dir })]
const answers = storages.map(async (storage) => {
  await storage.set('key', 1, { ttl: 3600 })
  return storage.get('key')
})
process.stdout.write(`${JSON.stringify(await Promise.all(answers))}\n`)
process.stdin.destroy()
