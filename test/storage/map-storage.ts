import { type StorageDriver, storageOf } from 'cloudways-tools/storage'

type Cells = Map<string, { text: string; end: number }>

export function mapDriver(): StorageDriver {
  const values: Cells = new Map()
  const locks: Cells = new Map()
  const find = (cells: Cells, key: string) =>
    (cells.get(key)?.end ?? 0) > Date.now() ? cells.get(key)!.text : null
  return {
    read: async (key) => find(values, key),
    write: async (key, text, ttl = Infinity) => void values.set(key, { text, end: Date.now() + ttl }),
    remove: async (key) => void values.delete(key),
    async take(key) {
      const text = find(values, key)
      values.delete(key)
      return text
    },
    async add(key, ttl) {
      const end = find(values, key) === null ? Date.now() + ttl : values.get(key)!.end
      const sum = Number(find(values, key) ?? 0) + 1
      if (Number.isInteger(sum)) values.set(key, { text: `${sum}`, end })
      return Number.isInteger(sum) ? sum : null
    },
    acquire: async (key, owner, ttl) =>
      find(locks, key) === null && locks.set(key, { text: owner, end: Date.now() + ttl }).has(key),
    release: async (key, owner) => void (find(locks, key) === owner && locks.delete(key)),
  }
}

// Every storage on the one driver is like one more process.
const driver = mapDriver()
export const mapStorage = () => storageOf(driver)
