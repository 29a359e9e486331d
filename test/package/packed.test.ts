/** The package as its users get it: packed, in a folder with what it depends on, imported, type-checked. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { deep } from '../support/deep.ts'
import { manifest, pack, subpaths, typed } from './pack.ts'

const run = promisify(execFile)
const repo = fileURLToPath(new URL('../..', import.meta.url))
const bin = (name: string) => join(repo, 'node_modules', '.bin', name)

const specifier = (path: string) => `cloudways-tools${path.slice(1)}`

let folder: string
let tarball: string

/**
 * The folder has what an installation would put there, and nothing else at the top: what the manifest does not name
 * can't be imported. The packages are those of the repository, as an installation from the registry takes a minute;
 * `npm run release:check` makes many.
 */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloudways-tools-'))
  tarball = await pack(folder)
  await writeFile(join(folder, 'package.json'), '{ "name": "user", "type": "module", "private": true }')
  const own = join(folder, 'node_modules/cloudways-tools')
  await mkdir(own, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', own, '--strip-components=1'])
  const { dependencies, peerDependencies } = manifest
  for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), '@types/node']) {
    const link = join(folder, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(repo, 'node_modules', name), link)
  }
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

const command = () => join(folder, 'node_modules/cloudways-tools', manifest.bin['cloudways-tools'])

test('exports, build entries and files are the same set', async () => {
  const entries = Object.keys(inject('entries'))
  const exported = subpaths.map((path) => (path === '.' ? 'index' : path.slice(2)))
  expect(exported.sort()).toEqual(entries.sort())
  const files = await readdir(join(folder, 'node_modules/cloudways-tools/dist'), { recursive: true })
  for (const name of entries) expect(files).toContain(`${name}.js`)
  for (const path of typed) expect(files).toContain(manifest.exports[path].types.replace('./dist/', ''))
})

test.runIf(deep)('the types tell what each tool does, and its risk, for an editor to show', async () => {
  const dist = join(folder, 'node_modules/cloudways-tools/dist')
  const types = (await readdir(dist)).filter((name) => name.endsWith('.d.ts'))
  const texts = await Promise.all(types.map((name) => readFile(join(dist, name), 'utf8')))
  const [, tools = ''] = /declare const coreTools: \{\n([\s\S]*?)\n\};/.exec(texts.join('\n')) ?? []
  const names = [...tools.matchAll(/^ {2}(\w+): Tool</gm)].map(([, name]) => name)
  const told = [...tools.matchAll(/^ {2}\/\*\* .{20,} Risk: \w+\. \*\/\n {2}(\w+): /gm)].map(
    ([, name]) => name,
  )
  expect(told).toEqual(names)
  expect(names).toContain('restart_server')
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

test('only the command carries copies of other packages', async () => {
  const dist = join(folder, 'node_modules/cloudways-tools/dist')
  const files = (await readdir(dist, { recursive: true })).filter((file) => /\.(js|d\.ts)$/.test(file))
  const texts = await Promise.all(files.map((file) => readFile(join(dist, file), 'utf8')))
  const carrying = files.filter((_, index) => /^\/\/#region \S*node_modules\//m.test(texts[index] as string))
  expect(carrying.length).toBeGreaterThan(0)
  expect(carrying.filter((file) => !file.startsWith('cli/'))).toEqual([])
})

test('the skills go along', async () => {
  const skills = join(folder, 'node_modules/cloudways-tools/src/skills')
  const names = await readdir(join(repo, 'src/skills'))
  expect((await readdir(skills)).sort()).toEqual(names.filter((name) => !name.endsWith('.json')).sort())
  expect(await readFile(join(skills, 'cloudways-safe-change/SKILL.md'), 'utf8')).toMatch(/^---\nname: /)
})

test('the pages go along, and the command shows them', async () => {
  const page = await readFile(join(repo, 'src/docs/start.md'), 'utf8')
  const { stdout } = await run(process.execPath, [command(), 'help', 'start'])
  expect(stdout).toBe(page)
})

test('the command runs', async () => {
  const { stdout } = await run(process.execPath, [command(), '--version'])
  expect(stdout.trim()).toBe(manifest.version)
})

const usedOfCrypto = `
import { fernet, generateKey } from 'cloudways-tools/crypto'
export const sealed: Promise<string> = fernet(generateKey()).encrypt('text')
// @ts-expect-error a key is a text
fernet(1)
`

const usedOfTools = `
import { cloudwaysFunctions, createCloudways } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'
import { createSandbox } from 'cloudways-tools/sandbox'
const cloudways = createCloudways({ credentials: { accessToken: 'cw_packed_token' }, fetch: createSandbox().fetch })
const { list_servers, restart_server } = cloudwaysFunctions(cloudways)
export const label: Promise<string | undefined> = list_servers().then(({ servers }) => servers[0]?.label)
export const tools = cloudwaysTools(cloudways, { toolsets: ['servers'] })
// @ts-expect-error the argument has another name
restart_server({ server: 1 })
`

test('types hold under nodenext', async () => {
  const imports = typed.map((path, index) => `import * as m${index} from '${specifier(path)}'`)
  const all = `export const all = [${typed.map((_, index) => `m${index}`).join(', ')}]`
  const use = deep ? usedOfTools : usedOfCrypto
  await writeFile(join(folder, 'user.ts'), [...imports, all, use].join('\n'))
  // Loading the compiler takes a second.
  const { default: ts } = await import('typescript')
  const user = join(folder, 'user.ts')
  const program = ts.createProgram([user], {
    ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
    ...{ target: ts.ScriptTarget.ES2023, strict: true, noEmit: true, skipLibCheck: false, types: ['node'] },
  })
  // Errors in the declarations of other packages are not ours.
  const ours = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName === user || fileName.includes('node_modules/cloudways-tools/'))
  expect(ours.length).toBeGreaterThan(typed.length)
  const wrong = ours.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ])
  const told = wrong.map(({ file, messageText }) => [
    file?.fileName,
    ts.flattenDiagnosticMessageText(messageText, ' '),
  ])
  expect(told).toEqual([])
})

test('publint is clean', async () => {
  const pkgDir = join(folder, 'node_modules/cloudways-tools')
  const { messages } = await publint({ pkgDir, strict: true, pack: false })
  const missing = ([, subpath, condition]: string[]) =>
    condition === 'types' && !typed.includes(subpath ?? '')
  expect(messages.filter(({ path }) => !missing(path))).toEqual([])
})

test.runIf(deep)('attw is clean', async () => {
  const fail = (error: { stdout: string }) => expect.fail(error.stdout)
  await run(bin('attw'), [tarball, '--profile', 'esm-only', '--no-color'], { cwd: repo }).catch(fail)
})

test('a loop of the AI SDK calls the tools', async () => {
  await copyFile(new URL('../release/fixtures/ai-loop.mjs', import.meta.url), join(folder, 'loop.mjs'))
  const { stdout } = await run(process.execPath, ['loop.mjs'], { cwd: folder })
  expect(stdout).toMatch(/^v\d+/)
})
