/** What is mutated, and the tests that have to notice. Tests of everything else would only make it slower. */
export interface Part {
  mutate: string[]
  tests: string[]
}

export const parts: Record<string, Part> = {
  crypto: { mutate: ['src/crypto/*.ts'], tests: ['test/crypto/*.test.ts'] },
  'rate-limit': { mutate: ['src/rate-limit/*.ts'], tests: ['test/rate-limit/*.test.ts'] },
  // The modules of a call that need no toolkit: their tests use tools and storages made by hand.
  core: {
    mutate: [
      'src/core/once.ts',
      'src/core/decide/{parse,targets}.ts',
      'src/core/answer/redact.ts',
      'src/core/send/{bounds,no-repeat}.ts',
    ],
    tests: ['test/core/modules/*.test.ts'],
  },
  policy: {
    mutate: ['src/core/decide/{policy,scope}.ts'],
    tests: ['test/core/decide/{fixed,new-name,policy,protect,risk-of,scope,whole,within}.test.ts'],
  },
  // The path of a call. Of the tests that make calls, those that take longest are left out.
  call: {
    mutate: ['src/core/pipeline.ts', 'src/core/decide/change.ts', 'src/core/send/in-scope.ts'],
    tests: ['test/mutation/call.ts'],
  },
}
