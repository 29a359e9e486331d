import { defineConfig } from 'tsdown'

const shared = {
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  fixedExtension: false,
  inputOptions: { checks: { pluginTimings: false } },
} as const

export default defineConfig([
  {
    ...shared,
    // One entry for each subpath of `exports` in package.json; a test compares the two.
    entry: {
      index: 'src/index.ts',
      ai: 'src/adapters/ai.ts',
      mcp: 'src/adapters/mcp/index.ts',
      server: 'src/server/index.ts',
      storage: 'src/storage/index.ts',
      'storage/fs': 'src/storage/fs.ts',
      'storage/memory': 'src/storage/memory.ts',
      'storage/redis': 'src/storage/redis.ts',
      // The cases prove the drivers here, and those of other people.
      'storage/testing': 'test/storage/cases/index.ts',
      'storage/unstorage': 'src/storage/unstorage.ts',
      crypto: 'src/crypto/index.ts',
      'rate-limit': 'src/rate-limit/index.ts',
      'rate-limit/memory': 'src/rate-limit/memory.ts',
      'rate-limit/redis': 'src/rate-limit/redis.ts',
      'rate-limit/storage': 'src/rate-limit/storage.ts',
      sandbox: 'src/sandbox/index.ts',
    },
    dts: true,
  },
  {
    ...shared,
    // The command carries its dependencies: a stdio server starts in two thirds of the time.
    entry: { main: 'src/cli/main.ts' },
    outDir: 'dist/cli',
    dts: false,
    deps: { alwaysBundle: [/.*/], neverBundle: ['ioredis', 'prom-client', '@opentelemetry/api'] },
  },
])
