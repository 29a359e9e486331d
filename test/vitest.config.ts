import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import type { Reporter } from 'vitest/reporters'
import Sequencer from './support/sequencer.ts'

const src = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

/** One plain last line that any log reader understands. */
const closingLine: Reporter = {
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    console.log(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
  },
}

/** Puts others in the place of modules. The rest of a worker's files would get those. */
const mocking = ['test/package/missing-peers.test.ts']

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
    // Transforms of the sources are kept from run to run, in node_modules.
    experimental: { fsModuleCache: true },
    // With DEEP_TESTS=true in the environment, more is tried: see test/support/deep.ts.
    // Much of the time is waiting for processes and operations: three workers more than there are cores have work then.
    maxWorkers: availableParallelism() + 3,
    // Against what hangs, never a measure of speed: a machine may be slow, and busy with something else.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    reporters: ['default', closingLine],
    sequence: { sequencer: Sequencer },
    // Loading all modules takes a second. Most files share them with the files before, and leave them as they were.
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          isolate: false,
          setupFiles: 'test/support/same-globals.ts',
          include: ['test/**/*.test.ts'],
          exclude: mocking,
          // Only these start processes: each project would build them anew.
          globalSetup: 'test/support/build.ts',
        },
      },
      { extends: true, test: { name: 'mocking', include: mocking } },
    ],
  },
})
