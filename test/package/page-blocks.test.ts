import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'smol-toml'
import ts from 'typescript'
import { expect, onTestFinished, test } from 'vitest'
import { readArguments } from '../../src/cli/args.ts'
import { blocks } from '../support/pages.ts'

const run = promisify(execFile)
const repo = fileURLToPath(new URL('../..', import.meta.url))
const of = (language: string) => blocks.filter((block) => block.language === language)

test('JSON and TOML can be read', () => {
  for (const { at, code } of of('json')) expect(() => JSON.parse(code), at).not.toThrow()
  for (const { at, code } of of('toml')) expect(() => parse(code), at).not.toThrow()
  expect(of('json').length + of('toml').length).toBeGreaterThan(8)
})

test('the commands exist', async () => {
  const { scripts } = JSON.parse(await readFile(join(repo, 'package.json'), 'utf8'))
  const lines = of('sh').flatMap(({ at, code }) =>
    code.split('\n').map((line) => [at, line.replace(/ #.*| -- .*/, '')]),
  )
  let seen = 0
  for (const [at, line = ''] of lines) {
    const ours = /(?:^|npx |npx -y )cloudways-tools((?: [^|&]+)?)$/.exec(line.trim().replace(/\)$/, ''))
    if (ours) {
      seen += 1
      expect(() => readArguments(ours[1]!.trim().split(/ +/).filter(Boolean)), `${at}: ${line}`).not.toThrow()
    }
    for (const [, script = ''] of line.matchAll(/npm (?:run )?(\w[\w:]*)/g)) {
      if (!['ci', 'install', 'start', 'test'].includes(script)) expect(scripts, at).toHaveProperty([script])
    }
    for (const [path] of line.matchAll(/\b(?:examples|test|src)\/[\w./-]+/g)) {
      expect(existsSync(join(repo, path)), `${at}: ${path}`).toBe(true)
    }
  }
  expect(seen).toBeGreaterThan(15)
})

/** The values that the text around an example names: their types, and what they are when the example runs. */
const given: Record<string, [type: string, value: string]> = {
  accessToken: ['string', 'fake.accessToken'],
  api: ["{ all(path: string, handle: import('cloudways-tools/mcp').NodeHandler): void }", '{ all() {} }'],
  askSomebody: ['(question: string) => Promise<boolean>', 'async () => true'],
  baseUrl: ['string', "'http://localhost:7000'"],
  cloudways: ["import('cloudways-tools').Cloudways", 'fake.cloudways'],
  credentials: ["import('cloudways-tools').Credentials", '{ accessToken: fake.accessToken }'],
  mapStorage: [
    "() => import('cloudways-tools/storage').Storage",
    "(await import('cloudways-tools/storage')).memoryStorage",
  ],
  model: [
    "import('ai').LanguageModel",
    "new (await import('ai/test')).MockLanguageModelV3({ doGenerate: async () => fake.answer })",
  ],
  onAudit: ["(event: import('cloudways-tools').AuditEvent) => void", '() => {}'],
  shopToken: ['string', 'fake.shopToken'],
  storage: [
    "import('cloudways-tools/storage').Storage",
    "(await import('cloudways-tools/storage')).memoryStorage()",
  ],
  transport: [
    "import('@modelcontextprotocol/sdk/inMemory.js').InMemoryTransport",
    "(await import('@modelcontextprotocol/sdk/inMemory.js')).InMemoryTransport.createLinkedPair()[0]",
  ],
  userOf: ['(request: Request) => Promise<{ cloudwaysToken: string } | undefined>', 'async () => undefined'],
  vault: ['{ read(name: string): Promise<string> }', '{ read: async () => fake.accessToken }'],
  yourServer: [
    "import('@modelcontextprotocol/sdk/server/mcp.js').McpServer",
    "new (await import('@modelcontextprotocol/sdk/server/mcp.js')).McpServer({ name: 'yours', version: '1.0.0' })",
  ],
}

const imports: Record<string, string> = {
  createCloudways: "import { createCloudways } from 'cloudways-tools'",
  cloudwaysFunctions: "import { cloudwaysFunctions } from 'cloudways-tools'",
}

const declares = (code: string, name: string) =>
  new RegExp(`(const|import) .*\\b${name}\\b.*( =|from)`).test(code)

/** A folder in which the packages are found, and the sources of this one. */
async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cloudways-tools-pages-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await symlink(join(repo, 'node_modules'), join(folder, 'node_modules'))
  const config = {
    extends: join(repo, 'tsconfig.json'),
    compilerOptions: { noUnusedLocals: false },
    include: ['*.ts'],
    exclude: [],
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

const missingIn = (code: string) =>
  Object.keys(given).filter((name) => new RegExp(`\\b${name}\\b`).test(code) && !declares(code, name))

const importsOf = (code: string) =>
  Object.keys(imports).flatMap((name) =>
    code.includes(`${name}(`) && !declares(code, name) ? imports[name]! : [],
  )

test('the TypeScript compiles', async () => {
  expect(of('ts').length).toBeGreaterThan(20)
  const files = of('ts').map(({ at, code }, index) => {
    const declared = missingIn(code).map((name) => `declare const ${name}: ${given[name]![0]}`)
    return [`block-${index}.ts`, [`// ${at}`, ...importsOf(code), ...declared, code, 'export {}'].join('\n')]
  })
  const folder = await folderOf(Object.fromEntries(files))
  const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile)
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder)
  const program = ts.createProgram(fileNames, options)
  // Only the blocks are checked; the check of the sources is another one.
  const wrong = fileNames.flatMap((name) => {
    const file = program.getSourceFile(name)
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
    const { at } = of('ts')[Number(/block-(\d+)/.exec(name)?.[1])]!
    return found.map(({ messageText }) => `${at} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
  })
  expect(fileNames).toHaveLength(files.length)
  expect(wrong).toEqual([])
}, 180_000)

/** Cloudways is the sandbox, also for examples that make a toolkit of their own. */
const prelude = `import { createCloudways } from 'cloudways-tools'
import { fernet } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
const key = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4='
const sandbox = createSandbox({ operationSeconds: 0 })
export const { accessToken, limitedToken: shopToken } = sandbox.credentials
export const cloudways = createCloudways({ ...sandbox.options, crypto: fernet(key) })
export const answer = {
  content: [{ type: 'text', text: 'done' }],
  finishReason: { unified: 'stop' },
  ...{ usage: { inputTokens: {}, outputTokens: {} }, warnings: [] },
}
globalThis.fetch = sandbox.fetch
Object.assign(process.env, { CLOUDWAYS_ACCESS_TOKEN: accessToken, ENCRYPTION_KEY: key })
`

/** What an example does that a test can't: it wants Redis, or is for another program that runs tests. */
const runsNot = /redis|node:test/i

test('the TypeScript runs on the sandbox', async () => {
  const chosen = of('ts').filter(({ code }) => !runsNot.test(code))
  expect(chosen.length).toBeGreaterThan(15)
  const files = chosen.map(({ code }, index) => {
    const values = missingIn(code).map((name) => `const ${name} = ${given[name]![1]}`)
    const head = ["import * as fake from './prelude.ts'", ...importsOf(code)]
    return [`block-${index}.ts`, [...head, ...values, code, 'export {}'].join('\n')]
  })
  const all = chosen.map(
    ({ at }, index) =>
      `await import('./block-${index}.ts').catch((error) => console.log(${JSON.stringify(at)}, String(error)))`,
  )
  const folder = await folderOf({
    ...Object.fromEntries(files),
    'prelude.ts': prelude,
    'all.ts': `import './prelude.ts'\n${all.join('\n')}\nconsole.log('end')\nprocess.exit()`,
  })
  const tsx = join(repo, 'node_modules/.bin/tsx')
  const { stdout, stderr } = await run(tsx, ['--tsconfig', join(folder, 'tsconfig.json'), 'all.ts'], {
    cwd: folder,
    timeout: 120_000,
  }).catch((error: { stdout: string; stderr: string }) => error)
  const wrong = stdout.split('\n').filter((line) => /^(\S+\.md:\d+ )/.test(line))
  expect(wrong, stderr).toEqual([])
  expect(stdout, stderr).toMatch(/end\n$/)
}, 180_000)
