/** Every subpath as a bundle without optional packages: what it carries, and how large it is. */
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { type Job, type Project, peers, specifier, subpaths } from '../kit.ts'
import bounds from '../sizes.json' with { type: 'json' }

/** Subpaths that need nothing of Node, and run in a browser too. */
const anywhere = [
  ...[
    'index',
    'ai',
    'crypto',
    'rate-limit/memory',
    'rate-limit/storage',
    'storage/memory',
    'storage/testing',
  ],
  'storage/unstorage',
]

interface Metafile {
  inputs: Record<string, unknown>
  outputs: Record<string, { imports: { path: string; kind: string; external?: boolean }[] }>
}

interface Bundle {
  /** Bytes after gzip: what an import loads, and everything that it may load later. */
  atImport: number
  inAll: number
  /** Folders and packages that went in, and names that stayed out. */
  inputs: string[]
  outside: string[]
}

async function bundle(project: Project, name: string, platform: string): Promise<Bundle> {
  const out = `out/${platform}/${name}`
  await project.write(`${out}.entry.mjs`, `export * from '${specifier(name)}'\n`)
  await project.run('npx', [
    ...[
      'esbuild',
      `${out}.entry.mjs`,
      '--bundle',
      '--minify',
      '--splitting',
      '--format=esm',
      '--log-level=error',
    ],
    ...[`--platform=${platform}`, `--outdir=${out}`, `--metafile=${out}.json`, '--main-fields=module,main'],
  ])
  const { inputs, outputs } = JSON.parse(await readFile(project.path(`${out}.json`), 'utf8')) as Metafile
  const size = async (path: string) => gzipSync(await readFile(project.path(path))).length
  const entry = Object.keys(outputs).find((path) => path.endsWith('.entry.js')) as string
  const loaded = new Set([entry])
  // A set that grows while it is walked.
  for (const path of loaded) {
    for (const { path: next, kind, external } of outputs[path]?.imports ?? []) {
      if (!external && kind === 'import-statement') loaded.add(next)
    }
  }
  const sizes = await Promise.all(Object.keys(outputs).map(async (path) => [path, await size(path)] as const))
  const total = (paths: readonly (readonly [string, number])[]) =>
    paths.reduce((sum, [, one]) => sum + one, 0)
  return {
    atImport: total(sizes.filter(([path]) => loaded.has(path))),
    inAll: total(sizes),
    inputs: Object.keys(inputs),
    outside: Object.values(outputs).flatMap(({ imports }) =>
      imports.filter((one) => one.external).map(({ path }) => path),
    ),
  }
}

const isPeer = (path: string) => peers.some((peer) => path === peer || path.startsWith(`${peer}/`))

/** What is wrong with a bundle; nothing when it is as it should be. */
function problems(name: string, { inputs, outside }: Bundle): string[] {
  const carries = (word: string) => inputs.some((path) => path.includes(`node_modules/${word}/`))
  const isMemory = /memory|rate-limit\/storage|storage\/(fs|testing)/.test(name)
  return [
    ...(anywhere.includes(name)
      ? outside.filter((path) => !isPeer(path)).map((path) => `needs ${path}`)
      : []),
    ...(isMemory && outside.includes('ioredis') ? ['reaches for ioredis'] : []),
    ...(isMemory && carries('unstorage') ? ['carries unstorage'] : []),
    ...peers.filter(carries).map((peer) => `carries ${peer}`),
  ].map((problem) => `${name} ${problem}`)
}

const kilo = (bytes: number) => (bytes / 1000).toFixed(1).padStart(7)

/** Prints the table of sizes. */
async function weigh(project: Project): Promise<string[]> {
  const rows = ['subpath                at import     in all      bound   kB, minified and gzipped']
  const wrong: string[] = []
  for (const name of subpaths) {
    const isPortable = anywhere.includes(name)
    const one = await bundle(project, name, isPortable ? 'neutral' : 'node')
    if (isPortable) await bundle(project, name, 'browser')
    const bound = (bounds as Record<string, number>)[name]
    rows.push(
      `${name.padEnd(22)} ${kilo(one.atImport)}    ${kilo(one.inAll)}    ${String(bound ?? 'none').padStart(7)}`,
    )
    wrong.push(...problems(name, one))
    if (bound === undefined) wrong.push(`${name} has no bound in test/release/sizes.json`)
    else if (one.inAll > bound * 1000)
      wrong.push(`${name} is larger than its ${bound} kB of test/release/sizes.json`)
  }
  console.log(rows.join('\n').replaceAll(/^/gm, '    '))
  return wrong
}

export const esbuild: Job = {
  name: 'esbuild',
  async run(kit) {
    const project = await kit.project('esbuild', ['esbuild'])
    const wrong = await weigh(project)
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
    return `${await project.version('esbuild')}: ${subpaths.length} subpaths, ${anywhere.length} of them for any platform`
  },
}
