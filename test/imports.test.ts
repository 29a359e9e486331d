import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

const src = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'))
  .sort()

interface Import {
  /** Path below src, or the name of a package. */
  target: string
  typeOnly: boolean
}

/** Imports and re-exports of a text: static, dynamic, and types in the middle of code. */
function importsOf(text: string): { specifier: string; typeOnly: boolean }[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const fixed = code.matchAll(
    /^\s*(?:import|export)\s+(type\s)?(?:[\w*{][^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm,
  )
  const dynamic = code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)
  return [
    ...[...fixed].map((match) => ({ specifier: match[2] ?? '', typeOnly: match[1] !== undefined })),
    ...[...dynamic].map((match) => ({ specifier: match[1] ?? '', typeOnly: false })),
  ]
}

function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('.'))
    return relative(src, join(src, dirname(file), specifier)).replaceAll('\\', '/')
  if (specifier.startsWith('node:')) return specifier
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

const imports = new Map<string, Import[]>(
  files.map((file) => [
    file,
    importsOf(readFileSync(join(src, file), 'utf8')).map(({ specifier, typeOnly }) => ({
      target: targetOf(file, specifier),
      typeOnly,
    })),
  ]),
)

const inFolder = (folder: string) => files.filter((file) => file.startsWith(`${folder}/`))
const isLocal = ({ target }: Import) => target.endsWith('.ts') || target.endsWith('.json')
const shared = ['base/', 'errors.ts', 'types.ts']

/** What a folder may import of the rest of src; `only types` of the second list. */
const arrows: Record<string, { may: string[]; types?: string[] }> = {
  sandbox: { may: ['sandbox/'] },
  tools: {
    may: [
      'tools/',
      'core/declare/',
      'core/types/',
      'core/platform.ts',
      'core/decide/names.ts',
      'core/send/inventory.ts',
      'core/send/operation.ts',
      'core/answer/redact.ts',
      'base/options.ts',
      'base/text.ts',
      'base/wildcard.ts',
      'errors.ts',
    ],
  },
  core: { may: ['core/', ...shared] },
  api: { may: ['api/', 'core/send/request.ts', ...shared], types: ['core/types/'] },
  storage: { may: ['storage/', ...shared] },
  crypto: { may: ['crypto/', ...shared] },
  'rate-limit': { may: ['rate-limit/', ...shared, 'storage/'] },
}

const begins = (target: string, starts: readonly string[]) => starts.some((start) => target.startsWith(start))

function strays(
  folder: string,
  { may, types = [] }: { may: string[]; types?: string[] },
  all = imports,
): string[] {
  return inFolder(folder).flatMap((file) =>
    (all.get(file) ?? [])
      .filter(isLocal)
      .filter(({ target, typeOnly }) => !begins(target, may) && !(typeOnly && begins(target, types)))
      .map(({ target }) => `${file} imports ${target}`),
  )
}

/** Who imports a package (or everything that begins so), beyond those who may. */
const importersOf = (name: string, may: readonly string[], all = imports) =>
  files
    .filter((file) => !begins(file, may))
    .filter((file) =>
      (all.get(file) ?? []).some(
        ({ target }) => target === name || (name === 'node:' && target.startsWith(name)),
      ),
    )

describe('arrows point one way', () => {
  it.each(Object.entries(arrows))('%s', (folder, rule) => {
    expect(inFolder(folder).length).toBeGreaterThan(0)
    expect(strays(folder, rule)).toEqual([])
  })

  it('adapters know no tools and no API', () => {
    const forbidden = ['tools/', 'api/', 'sandbox/', 'server/', 'cli/']
    const found = inFolder('adapters').flatMap((file) =>
      (imports.get(file) ?? [])
        .filter(({ target }) => begins(target, forbidden))
        // Types of the built-in tools make the functions typed.
        .filter(({ target, typeOnly }) => !(typeOnly && target === 'tools/index.ts'))
        // Over HTTP, credentials come in headers and are checked where they come in.
        .filter(({ target }) => !(file.startsWith('adapters/mcp/') && target === 'api/credentials.ts'))
        .map(({ target }) => `${file} imports ${target}`),
    )
    expect(found).toEqual([])
  })
})

const homes: [string, string[]][] = [
  ['ofetch', ['api/']],
  ['ai', ['adapters/ai.ts']],
  ['@modelcontextprotocol/sdk', ['adapters/mcp/', 'server/oauth/', 'server/pages/', 'server/local/']],
  ['@modelcontextprotocol/server', ['adapters/mcp/modern.ts']],
  ['@opentelemetry/api', ['server/watch/tracing.ts']],
  ['bullmq', ['server/work/bullmq.ts']],
  ['prom-client', ['server/watch/metrics.ts']],
  ['unstorage', ['storage/']],
  ['ioredis', ['storage/', 'rate-limit/', 'server/work/bullmq.ts']],
  ['hono', ['server/']],
  ['zod-to-json-schema', ['core/declare/schema.ts']],
]

it.each(homes)('%s is imported in its place only', (name, may) => expect(importersOf(name, may)).toEqual([]))

it('an optional package is awaited by itself, so that bundlers let it be missing', () => {
  const peers = Object.keys(manifest.peerDependencies)
  const found = files.flatMap((file) =>
    [...readFileSync(join(src, file), 'utf8').matchAll(/(\w+ )?\bimport\('([^']+)'\)/g)]
      .filter(([, before, name]) => peers.includes(targetOf(file, name ?? '')) && before !== 'typeof ')
      .map(([, before, name]) => ({ file, name, before })),
  )
  expect(found.length).toBeGreaterThan(0)
  expect(found.filter(({ before }) => before !== 'await ')).toEqual([])
})

it('core, api, tools and adapters run where there is no Node', () => {
  const may = [
    'adapters/mcp/stdio.ts',
    'adapters/mcp/lines.ts',
    ...files.filter((file) => !/^(core|api|tools|adapters)\//.test(file)),
  ]
  expect(importersOf('node:', may)).toEqual([])
})

it.each(['src', 'test', 'examples'])('no file of %s is longer than 300 lines', (folder) => {
  const root = fileURLToPath(new URL(`../${folder}`, import.meta.url))
  const long = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs|js)$/.test(name))
    .filter((name) => readFileSync(join(root, name), 'utf8').split('\n').length > 301)
  expect(long, 'Split the file: by what it is about, and data from what reads it.').toEqual([])
})

it('the check itself reads every form of import, and notices a wrong one', () => {
  const text = `
    import a from './a.ts'
    import './b.ts'
    import type { C } from '../c.ts'
    import {
      d,
      type E,
    } from "pkg/deep"
    export * from '@scope/pkg/sub'
    // import no from './comment.ts'
    /* import no from './block.ts' */
    const f = await import('node:fs')
  `
  expect(importsOf(text).map(({ specifier, typeOnly }) => `${specifier} ${typeOnly}`)).toEqual([
    './a.ts false',
    './b.ts false',
    '../c.ts true',
    'pkg/deep false',
    '@scope/pkg/sub false',
    'node:fs false',
  ])
  const broken = new Map(imports).set('tools/ssl.ts', [
    { target: 'api/client.ts', typeOnly: true },
    { target: 'ofetch', typeOnly: false },
    { target: 'node:fs', typeOnly: false },
  ])
  expect(strays('tools', arrows.tools!, broken)).toEqual(['tools/ssl.ts imports api/client.ts'])
  expect(importersOf('ofetch', ['api/'], broken)).toEqual(['tools/ssl.ts'])
  expect(
    importersOf(
      'node:',
      files.filter((file) => file !== 'tools/ssl.ts'),
      broken,
    ),
  ).toEqual(['tools/ssl.ts'])
  const total = [...imports.values()].flat().length
  expect(total).toBeGreaterThan(files.length)
})

describe('Workers', () => {
  /** What is loaded with a file, without what it imports later. */
  function loadedWith(file: string, found = new Set<string>()): Set<string> {
    if (found.has(file)) return found
    found.add(file)
    if (!file.endsWith('.ts')) return found
    const text = readFileSync(join(src, file), 'utf8').replace(/\bimport\(/g, 'later(')
    for (const { specifier, typeOnly } of importsOf(text))
      if (!typeOnly) loadedWith(targetOf(file, specifier), found)
    return found
  }

  it('have every module of Node.js that createServer loads', () => {
    const loaded = [...loadedWith('server/index.ts')].filter((target) => target.startsWith('node:'))
    expect(loaded.length).toBeGreaterThan(10)
    // Since the date that the release check gives to workerd.
    const missing = ['node:child_process', 'node:cluster', 'node:repl', 'node:vm', 'node:worker_threads']
    expect(loaded.filter((name) => missing.includes(name))).toEqual([])
  })
})

describe('optional packages', () => {
  const manifest = JSON.parse(readFileSync(join(src, '../package.json'), 'utf8'))
  const optional = new Set(Object.keys(manifest.peerDependenciesMeta))
  // Bundlers let a package be missing only where its import is awaited in a `try`, and by itself.
  const bearable = /(?<=\btry \{(?:[^{}]|\{[^{}]*\})*await )import\(\s*'[^']+'\s*\)/g

  it.each(files)('%s imports them where they may be missing', (file) => {
    const text = readFileSync(join(src, file), 'utf8').replace(/^\s*\/\/.*$/gm, '')
    const unborne = importsOf(text.replaceAll(bearable, '')).filter(
      ({ specifier, typeOnly }) => !typeOnly && optional.has(targetOf(file, specifier)),
    )
    expect(unborne).toEqual([])
  })
})
