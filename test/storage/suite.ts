import { describe, it } from 'vitest'
import type { Storage } from '../../src/types.ts'
import { storageCases } from './cases/index.ts'

/** What every storage promises. */
export function testStorage(name: string, make: () => Promise<Storage> | Storage): void {
  describe(`${name}: a storage`, () => {
    it.each(storageCases)('$name', ({ run }) => run(make))
  })
}
