/**
 * The package as its users get it: packed, installed in an empty folder, imported, type-checked.
 */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const repo = fileURLToPath(new URL('../..', import.meta.url))
const bin = (name: string) => join(repo, 'node_modules', '.bin', name)

const manifest = JSON.parse(await readFile(join(repo, 'package.json'), 'utf8'))
const subpaths = Object.keys(manifest.exports).filter((path) => path !== './package.json')
const specifier = (path: string) => `cloudways-tools${path.slice(1)}`

let folder: string
let tarball: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloudways-tools-'))
  await run('npm', ['pack', '--pack-destination', folder], { cwd: repo })
  // npm prints its JSON after the output of the build.
  tarball = join(folder, (await readdir(folder)).find((file) => file.endsWith('.tgz')) as string)
  const optional = [...Object.keys(manifest.peerDependencies), '@types/node']
  await install(folder, ...optional.map((name) => `${name}@${manifest.devDependencies[name]}`))
}, 300_000)

/** Install the package and others in a folder, as its user would. */
async function install(where: string, ...packages: string[]): Promise<void> {
  await mkdir(where, { recursive: true })
  await writeFile(join(where, 'package.json'), '{ "name": "user", "type": "module", "private": true }')
  const flags = ['--prefer-offline', '--no-audit', '--no-fund']
  await run('npm', ['install', ...flags, tarball, ...packages], { cwd: where })
}

afterAll(() => rm(folder, { recursive: true, force: true }))

test('exports, build entries and files are the same set', async () => {
  const { default: configs } = (await import('../../tsdown.config.ts')) as unknown as {
    default: [{ entry: object }]
  }
  const entries = Object.keys(configs[0].entry)
  const exported = subpaths.map((path) => (path === '.' ? 'index' : path.slice(2)))
  expect(exported.sort()).toEqual(entries.sort())
  const files = await readdir(join(folder, 'node_modules/cloudways-tools/dist'), { recursive: true })
  for (const name of entries) expect(files).toEqual(expect.arrayContaining([`${name}.js`, `${name}.d.ts`]))
})

test('every subpath can be imported', async () => {
  const script = subpaths.map((path) => `await import('${specifier(path)}')`).join('\n')
  await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder })
})

/** Packages and parts of Node that a file of the package loads when it is imported. */
async function loadedBy(file: string, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(file)) return []
  seen.add(file)
  const code = await readFile(file, 'utf8')
  const targets = [...code.matchAll(/^(?:import|export)\b[^'"]*["']([^'"]+)["']/gm)].map(
    ([, target]) => target!,
  )
  const found = targets.map((target) =>
    target.startsWith('.') ? loadedBy(join(dirname(file), target), seen) : [target],
  )
  return [...new Set((await Promise.all(found)).flat())].sort()
}

test('no subpath loads an optional package when it is imported', async () => {
  const optional = Object.keys(manifest.peerDependencies)
  for (const path of subpaths) {
    const file = join(folder, 'node_modules/cloudways-tools', manifest.exports[path].default)
    const packages = await loadedBy(file)
    expect(packages.length, path).toBeGreaterThan(0)
    expect(
      packages.filter((name) => optional.some((peer) => name === peer || name.startsWith(`${peer}/`))),
      path,
    ).toEqual([])
  }
})

/** What all drivers may load: it is small, and runs everywhere. */
const shared = ['@noble/hashes/sha2.js', '@noble/hashes/utils.js', 'leven']

test('the subpath of a driver loads nothing that only another driver needs', async () => {
  const drivers = subpaths.filter((path) => /^\.\/(storage|rate-limit)\/./.test(path))
  expect(drivers.length).toBeGreaterThan(6)
  for (const path of drivers) {
    const file = join(folder, 'node_modules/cloudways-tools', manifest.exports[path].default)
    const disk = path === './storage/fs' ? ['node:fs', 'node:fs/promises', 'node:path'] : []
    const others = (await loadedBy(file)).filter((name) => !shared.includes(name))
    expect(others, path).toEqual(disk)
  }
})

test('the notices of every package that the command carries go along', async () => {
  const cli = join(folder, 'node_modules/cloudways-tools/dist/cli')
  const text = await readFile(join(cli, 'THIRD-PARTY-NOTICES.txt'), 'utf8')
  const files = (await readdir(cli, { recursive: true })).filter((file) => file.endsWith('.js'))
  const code = (await Promise.all(files.map((file) => readFile(join(cli, file), 'utf8')))).join('\n')
  // The bundler writes the path of each module in front of it.
  const paths = [...code.matchAll(/^\/\/#region (?:\S*\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)/gm)]
  const bundled = [...new Set(paths.map(([, name]) => name as string))]
  expect(bundled).toEqual(expect.arrayContaining(['zod', 'hono', '@modelcontextprotocol/sdk', 'ofetch']))
  const lines = text.split('\n')
  const named = (name: string) =>
    lines.some((line) => line.startsWith(`${name} `) && /^\S+ \d\S* \(/.test(line))
  expect(bundled.filter((name) => !named(name))).toEqual([])
  for (const name of ['zod', 'hono', 'ofetch'])
    expect(text).toMatch(new RegExp(`^${name} [\\d.]+ \\(MIT\\)`, 'm'))
  expect(text).not.toContain('has no file with its licence')
  expect(text.match(/Permission is hereby granted/g)?.length).toBeGreaterThan(5)
})

test('the skills go along', async () => {
  const skills = join(folder, 'node_modules/cloudways-tools/src/skills')
  const names = await readdir(join(repo, 'src/skills'))
  expect((await readdir(skills)).sort()).toEqual(names.filter((name) => !name.endsWith('.json')).sort())
  expect(await readFile(join(skills, 'cloudways-safe-change/SKILL.md'), 'utf8')).toMatch(/^---\nname: /)
})

test('the pages go along, and the command shows them', async () => {
  const page = await readFile(join(repo, 'src/docs/start.md'), 'utf8')
  const { stdout } = await run(join(folder, 'node_modules/.bin/cloudways-tools'), ['help', 'start'])
  expect(stdout).toBe(page)
})

test('the command runs', async () => {
  const { stdout } = await run(join(folder, 'node_modules/.bin/cloudways-tools'), ['--version'])
  expect(stdout.trim()).toBe(manifest.version)
})

test('types hold under nodenext', async () => {
  const imports = subpaths.map((path, index) => `import * as m${index} from '${specifier(path)}'`)
  const use = `
import { cloudwaysFunctions, createCloudways } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createSandbox } from 'cloudways-tools/sandbox'
const cloudways = createCloudways({ credentials: { accessToken: 'cw_packed_token' }, fetch: createSandbox().fetch })
const { list_servers, restart_server } = cloudwaysFunctions(cloudways)
export const label: Promise<string | undefined> = list_servers().then(({ servers }) => servers[0]?.label)
export const tools = cloudwaysTools(cloudways, { toolsets: ['servers'] })
// @ts-expect-error the argument has another name
restart_server({ server: 1 })
export const all = [${subpaths.map((_, index) => `m${index}`).join(', ')}]
`
  await writeFile(join(folder, 'user.ts'), [...imports, use].join('\n'))
  const options = ['--module', 'nodenext', '--moduleResolution', 'nodenext', '--target', 'es2023', '--strict']
  const types = ['--types', 'node', '--skipLibCheck', 'false']
  const { stdout } = await run(bin('tsc'), ['--noEmit', ...options, ...types, 'user.ts'], {
    cwd: folder,
  }).catch((error: { stdout: string }) => error)
  // Errors in the declarations of other packages are not ours.
  const ours = stdout.split('\n').filter((line) => /^(user\.ts|node_modules\/cloudways-tools)/.test(line))
  expect(ours).toEqual([])
})

test('publint and attw are clean', async () => {
  const fail = (error: { stdout: string }) => expect.fail(error.stdout)
  await run(bin('publint'), ['--strict', tarball], { cwd: repo }).catch(fail)
  await run(bin('attw'), [tarball, '--profile', 'esm-only', '--no-color'], { cwd: repo }).catch(fail)
})

test.each([
  { ai: 5, node: undefined },
  { ai: 6, node: undefined },
  { ai: 7, node: 22 },
])(
  'a loop of the AI SDK $ai calls the tools',
  async ({ ai, node }) => {
    const where = join(folder, `ai-${ai}`)
    await install(where, `ai@${ai}`, ...(node ? [`node@${node}`] : []))
    await copyFile(new URL('ai-loop.mjs', import.meta.url), join(where, 'loop.mjs'))
    const binary = node ? join(where, 'node_modules/.bin/node') : process.execPath
    const { stdout } = await run(binary, ['loop.mjs'], { cwd: where })
    const { text, read, node: version, violations } = JSON.parse(stdout)
    if (node) expect(version).toMatch(new RegExp(`^v${node}\\.`))
    expect(text).toBe('done')
    expect(violations).toEqual([])
    expect(read[0]).toEqual({
      type: 'json',
      value: { servers: [{ label: 'shop' }, { label: 'agency' }, { label: 'labs' }], total: 3 },
    })
    // Version 7 of the AI SDK writes the name of the error in front of the text.
    expect(read[1]).toEqual({
      type: 'error-text',
      value: expect.stringContaining(
        'restart_server: server_id: required. sever_id: no such argument; did you mean server_id? Fix the arguments and call again.',
      ),
    })
  },
  300_000,
)
