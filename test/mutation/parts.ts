/** What is mutated, and the tests that have to notice. Tests of everything else would only make it slower. */
export interface Part {
  mutate: string[]
  tests: string[]
}

export const parts: Record<string, Part> = {
  crypto: { mutate: ['src/crypto/*.ts'], tests: ['test/crypto/*.test.ts'] },
  'rate-limit': { mutate: ['src/rate-limit/*.ts'], tests: ['test/rate-limit/*.test.ts'] },
  // The trunk of a call: accepted, not made twice, approved, kept to its scope, and cleaned.
  core: {
    mutate: [
      'src/core/{pipeline,once}.ts',
      'src/core/decide/{change,parse,targets}.ts',
      'src/core/send/{no-repeat,in-scope}.ts',
      'src/core/answer/redact.ts',
    ],
    tests: [
      'test/safety/{a-no,after-a-yes,answered-repeats,backup-first,before-change,confirm,confirm-ways}.test.ts',
      'test/safety/{duplicates,further-targets,hooks,ids,journal,lists-of-a-scope,made-password}.test.ts',
      'test/safety/{not-sent,one-at-a-time,operations-of-a-scope,outcomes,repeats,sent-as-planned}.test.ts',
      'test/safety/{stale-plan,storage-fails,unbounded-requests,what-decides}.test.ts',
      'test/core/{audit,bounds,define,handed-over,own-words,parse,secret,targets,untrusted}.test.ts',
      'test/core/campaign/once.test.ts',
    ],
  },
  policy: {
    mutate: ['src/core/decide/{policy,scope}.ts'],
    tests: ['test/core/decide/{fixed,new-name,policy,protect,risk-of,scope,whole,within}.test.ts'],
  },
}
