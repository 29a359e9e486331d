import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const src = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  resolve: {
    alias: [
      { find: /^cloudways-tools$/, replacement: src('index.ts') },
      { find: /^cloudways-tools\/ai$/, replacement: src('adapters/ai.ts') },
      { find: /^cloudways-tools\/mcp$/, replacement: src('adapters/mcp/index.ts') },
      { find: /^cloudways-tools\/(.+)$/, replacement: src('$1/index.ts') },
    ],
  },
  test: { include: ['test/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000 },
})
