/**
 * Builds what the tests start as processes, once for a run: from its sources, a process would need four times as long
 * to start. The folder is in node_modules, where the packages are found that are not built in.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'
import type { TestProject } from 'vitest/node'
import manifest from '../../package.json' with { type: 'json' }

const repo = fileURLToPath(new URL('../..', import.meta.url))

export const scripts = [
  'src/cli/main.ts',
  'test/adapters/stdio-server.ts',
  'test/support/audit-worker.ts',
  'test/support/bare-machine.ts',
  'test/support/campaign-worker.ts',
  'test/support/disk-worker.ts',
  'test/support/exchange-worker.ts',
  'test/support/exit-worker.ts',
  'test/support/state-worker.ts',
] as const

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with the built scripts. */
    scripts: string
  }
}

export default async function setup(project: TestProject) {
  const cache = join(repo, 'node_modules/.cache')
  await mkdir(cache, { recursive: true })
  const outDir = await mkdtemp(join(cache, 'scripts-'))
  await build({
    config: false,
    cwd: repo,
    entry: Object.fromEntries(scripts.map((path) => [path.replace(/\.ts$/, ''), path])),
    outDir,
    platform: 'node',
    target: 'node20.19',
    fixedExtension: false,
    dts: false,
    logLevel: 'error',
    // As tsdown.config.ts has it: the main file of some packages is one that no bundler can follow.
    inputOptions: { checks: { pluginTimings: false }, resolve: { mainFields: ['module', 'main'] } },
    deps: { alwaysBundle: [/.*/], neverBundle: Object.keys(manifest.peerDependencies) },
  })
  project.provide('scripts', outDir)
  return () => rm(outDir, { recursive: true })
}
