import { describe, it } from 'vitest'
import { storageCases } from '../../src/storage/testing.ts'
import type { Storage } from '../../src/types.ts'

/** What every storage promises. */
export function testStorage(name: string, make: () => Promise<Storage> | Storage): void {
  describe(`${name}: a storage`, () => {
    it.each(storageCases)('$name', ({ run }) => run(make))
  })
}
