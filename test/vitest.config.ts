import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import type { Reporter } from 'vitest/reporters'

const src = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

/** One plain last line that any log reader understands. */
const closingLine: Reporter = {
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    console.log(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
  },
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  resolve: {
    alias: [
      { find: /^cloudways-tools$/, replacement: src('index.ts') },
      { find: /^cloudways-tools\/ai$/, replacement: src('adapters/ai.ts') },
      { find: /^cloudways-tools\/mcp$/, replacement: src('adapters/mcp/index.ts') },
      { find: 'cloudways-tools/storage/testing', replacement: src('../test/storage/cases/index.ts') },
      { find: /^cloudways-tools\/(.+\/.+)$/, replacement: src('$1.ts') },
      { find: /^cloudways-tools\/(.+)$/, replacement: src('$1/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/build.ts',
    // By default one core is left idle, and much of the time is waiting for processes.
    maxWorkers: availableParallelism(),
    // Against what hangs, never a measure of speed: a machine may be slow, and busy with something else.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    reporters: ['default', closingLine],
  },
})
