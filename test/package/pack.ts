/** The package as npm packs it. The types of the tools take half a minute to write: a deep run alone has them. */
import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, type InlineConfig } from 'tsdown'
import configs from '../../tsdown.config.ts'
import { deep } from '../support/deep.ts'

const run = promisify(execFile)
const repo = fileURLToPath(new URL('../..', import.meta.url))

export const manifest = JSON.parse(await readFile(join(repo, 'package.json'), 'utf8'))
/** `.`, `./ai`, `./storage/redis`, ... */
export const subpaths = Object.keys(manifest.exports).filter((path) => path !== './package.json')
/** Those that come with their types. */
export const typed = subpaths.filter((path) => deep || /^\.\/(crypto|rate-limit|storage)\b/.test(path))

/** @returns the path of the tarball. */
export async function pack(folder: string): Promise<string> {
  const from = deep ? repo : await quickBuild(join(folder, 'built'))
  // npm prints its JSON after the output of the build.
  await run('npm', ['pack', '--pack-destination', folder, ...(deep ? [] : ['--ignore-scripts'])], {
    cwd: from,
  })
  return join(folder, (await readdir(folder)).find((file) => file.endsWith('.tgz')) as string)
}

/** Builds as `npm run build` does, with the types of a few entries. */
async function quickBuild(folder: string): Promise<string> {
  await mkdir(folder)
  for (const name of ['package.json', 'README.md', 'LICENSE', 'src/docs', 'src/skills']) {
    await cp(join(repo, name), join(folder, name), { recursive: true })
  }
  const [library, command] = configs as [InlineConfig, InlineConfig]
  const common = { ...library, config: false, cwd: repo, logLevel: 'error', hooks: {} } as const
  const outDir = join(folder, 'dist')
  const entries = Object.entries(library.entry as Record<string, string>)
  const few = Object.fromEntries(entries.filter(([name]) => typed.includes(`./${name}`)))
  await build({ ...common, outDir, dts: false })
  await build({ ...common, outDir, entry: few, dts: { emitDtsOnly: true }, clean: false })
  await build({ ...common, ...command, outDir: join(outDir, 'cli') })
  return folder
}
