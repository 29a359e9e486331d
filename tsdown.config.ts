import { defineConfig } from 'tsdown'

// One entry for each subpath of `exports` in package.json; a test compares the two.
export default defineConfig({
  entry: {
    index: 'src/index.ts',
    ai: 'src/adapters/ai.ts',
    mcp: 'src/adapters/mcp/index.ts',
    server: 'src/server/index.ts',
    storage: 'src/storage/index.ts',
    crypto: 'src/crypto/index.ts',
    'rate-limit': 'src/rate-limit/index.ts',
    sandbox: 'src/sandbox/index.ts',
    cli: 'src/cli/main.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  dts: true,
  fixedExtension: false,
})
