/**
 * Builds what the tests start as processes, once for a run: from its sources, a process would need four times as long
 * to start. The folder is in node_modules, where the packages are found that are not built in.
 */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'
import type { TestProject } from 'vitest/node'
import manifest from '../../package.json' with { type: 'json' }
import configs, { onlyEnglish } from '../../tsdown.config.ts'
import { deep } from './deep.ts'

const repo = fileURLToPath(new URL('../..', import.meta.url))

export const scripts = [
  'src/cli/main.ts',
  'test/adapters/stdio-server.ts',
  'test/support/audit-worker.ts',
  'test/support/bare-machine.ts',
  'test/support/access-worker.ts',
  'test/support/campaign-worker.ts',
  'test/support/disk-worker.ts',
  'test/support/examples-worker.ts',
  'test/support/exchange-worker.ts',
  'test/support/exit-worker.ts',
  'test/support/queue-worker.ts',
  'test/support/quick-looks.ts',
  'test/support/state-worker.ts',
] as const

/** The sources of what the package exports, by the names of its build. */
const [{ entry: entries }] = configs as unknown as [{ entry: Record<string, string> }]

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with the built scripts. */
    scripts: string
    /** The sources of what the package exports, by the names of its build. */
    entries: Record<string, string>
    examples: string[]
  }
}

/** Build files, each under its name in `entry`, with all that they import but the optional packages. */
export const bundle = (entry: Record<string, string>, outDir: string) =>
  build({
    config: false,
    cwd: repo,
    entry,
    outDir,
    platform: 'node',
    target: 'node20.19',
    fixedExtension: false,
    dts: false,
    logLevel: 'error',
    plugins: [onlyEnglish],
    // As tsdown.config.ts has it: the main file of some packages is one that no bundler can follow.
    // Such a process lives for a second. Optimised code would be made for it, and hardly run.
    outputOptions: deep
      ? {}
      : { banner: "process.getBuiltinModule('node:v8').setFlagsFromString('--no-opt')" },
    inputOptions: { checks: { pluginTimings: false }, resolve: { mainFields: ['module', 'main'] } },
    deps: { alwaysBundle: [/.*/], neverBundle: Object.keys(manifest.peerDependencies) },
  })

export default async function setup(project: TestProject) {
  const cache = join(repo, 'node_modules/.cache')
  await mkdir(cache, { recursive: true })
  const outDir = await mkdtemp(join(cache, 'scripts-'))
  const examples = (await readdir(join(repo, 'examples'))).filter((file) => file.endsWith('.ts'))
  const paths = [...scripts, ...examples.map((file) => `examples/${file}`), ...Object.values(entries)]
  await bundle(Object.fromEntries(paths.map((path) => [path.replace(/\.ts$/, ''), path])), outDir)
  project.provide('scripts', outDir)
  project.provide('entries', entries)
  project.provide('examples', examples)
  return () => rm(outDir, { recursive: true })
}
