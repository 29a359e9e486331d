import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { defineConfig, type TsdownPlugin } from 'tsdown'

const shared = {
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  fixedExtension: false,
  inputOptions: { checks: { pluginTimings: false } },
} as const

/** The folder of the package that a module of the bundle comes from. */
function packageOf(id: string): string | undefined {
  const inside = `${sep}node_modules${sep}`
  const at = id.lastIndexOf(inside)
  if (at < 0) return undefined
  const parts = id.slice(at + inside.length).split(sep)
  return id.slice(0, at + inside.length) + parts.slice(0, parts[0]?.startsWith('@') ? 2 : 1).join(sep)
}

/** Name, licence and notices of a package, as its licence wants them to go along with copies of it. */
function noticeOf(folder: string): [name: string, text: string] {
  const {
    name,
    version,
    license = 'see below',
    author,
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  const by = typeof author === 'string' ? author : author?.name
  // Some packages name their licence and ship no text of it.
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim())
  const notes =
    texts.length > 0 ? texts : [by ? `Copyright ${by}` : 'The package has no file with its licence.']
  return [name, [`${name} ${version} (${license})`, ...notes].join('\n\n')]
}

/** Writes the notices of all packages that the bundle carries. */
const notices: TsdownPlugin = {
  name: 'notices',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((output) => output.type === 'chunk')
    const folders = new Set(chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => packageOf(id) ?? [])))
    const found = new Map(
      [...folders].filter((folder) => existsSync(join(folder, 'package.json'))).map(noticeOf),
    )
    const sorted = [...found].sort(([a], [b]) => a.localeCompare(b)).map(([, text]) => text)
    const head = 'The command of this package carries copies of the packages below.'
    const source = [head, ...sorted].join(`\n\n${'-'.repeat(80)}\n\n`)
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-NOTICES.txt', source: `${source}\n` })
  },
}

/** The errors of zod in English alone: nothing here reads the other fifty languages, and each start would compile them. */
export const onlyEnglish: TsdownPlugin = {
  name: 'only-english',
  load: (id) =>
    id.endsWith(join('zod', 'v4', 'locales', 'index.js')) ? "export { default as en } from './en.js'" : null,
}

interface Described {
  name: string
  description: string
  risk: string
}

/** Puts what each tool does above its type: an editor then shows it at the function. */
async function describeTools(folder: string): Promise<void> {
  const { createCloudways } = await import(pathToFileURL(join(folder, 'index.js')).href)
  const listed: Described[] = ['all', 'search'].flatMap((preset) => createCloudways({ preset }).list())
  const tools = new Map(listed.map((tool) => [tool.name, tool]))
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.d.ts'))) {
    const text = readFileSync(join(folder, file), 'utf8')
    const at = text.indexOf('declare const coreTools: {')
    if (at < 0) continue
    const end = text.indexOf('\n};', at)
    const described = text.slice(at, end).replaceAll(/^ {2}(\w+): Tool</gm, (line, name) => {
      const tool = tools.get(name)
      if (!tool) throw new Error(`No preset lists ${name}.`)
      return `  /** ${tool.description.replaceAll('*/', '*\u200b/')} Risk: ${tool.risk}. */\n${line}`
    })
    writeFileSync(join(folder, file), text.slice(0, at) + described + text.slice(end))
  }
}

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
    hooks: { 'build:done': ({ options }) => describeTools(options.outDir) },
  },
  {
    ...shared,
    // The command carries its dependencies: a stdio server starts in two thirds of the time.
    entry: { main: 'src/cli/main.ts' },
    outDir: 'dist/cli',
    dts: false,
    // The main file of some packages is one that no bundler can follow.
    inputOptions: { ...shared.inputOptions, resolve: { mainFields: ['module', 'main'] } },
    plugins: [onlyEnglish, notices],
    deps: { alwaysBundle: [/.*/], neverBundle: ['bullmq', 'ioredis', 'prom-client', '@opentelemetry/api'] },
  },
])
