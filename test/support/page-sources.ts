/**
 * The TypeScript of the pages as files: with types for `npm run check`, with values for the test that runs it. A page
 * names values that the text around it explains, and leaves out imports that it had before.
 */
import { type Block, blocks } from './pages.ts'

const typescript = blocks.filter(({ language }) => language === 'ts')

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

const missingIn = (code: string) =>
  Object.keys(given).filter((name) => new RegExp(`\\b${name}\\b`).test(code) && !declares(code, name))

const importsOf = (code: string) =>
  Object.keys(imports).flatMap((name) =>
    code.includes(`${name}(`) && !declares(code, name) ? imports[name]! : [],
  )

export interface PageSource {
  /** The page and the line. */
  at: string
  text: string
}

/** To be compiled. */
export const typedBlocks: readonly PageSource[] = typescript.map(({ at, code }) => {
  const declared = missingIn(code).map((name) => `declare const ${name}: ${given[name]![0]}`)
  return { at, text: [...importsOf(code), ...declared, code, 'export {}'].join('\n') }
})

/** Cloudways is the sandbox, also for examples that make a toolkit of their own. */
export const prelude = `import { createCloudways } from 'cloudways-tools'
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
const runs = ({ code }: Block) => !/redis|node:test/i.test(code)

/** To be run, beside `prelude.ts`. */
export const runningBlocks: readonly PageSource[] = typescript.filter(runs).map(({ at, code }) => {
  const values = missingIn(code).map((name) => `const ${name} = ${given[name]![1]}`)
  const head = ["import * as fake from './prelude.ts'", ...importsOf(code)]
  return { at, text: [...head, ...values, code, 'export {}'].join('\n') }
})
