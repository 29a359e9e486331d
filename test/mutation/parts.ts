/** What is mutated, and the tests that have to notice. Tests of everything else would only make it slower. */
export interface Part {
  mutate: string[]
  tests: string[]
}

export const parts: Record<string, Part> = {
  crypto: { mutate: ['src/crypto/*.ts'], tests: ['test/crypto/*.test.ts'] },
  'rate-limit': { mutate: ['src/rate-limit/*.ts'], tests: ['test/rate-limit/*.test.ts'] },
  policy: {
    mutate: ['src/core/decide/{policy,scope}.ts'],
    tests: [
      'test/safety/{risk-of,a-no,ids,labels,label-as-id,lists-of-a-scope}.test.ts',
      'test/safety/confirm{,-ways}.test.ts',
    ],
  },
}
