import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { renewedReadme } from '../scripts/write-readme.ts'

test('the generated parts of README.md are what the declarations say (fix with: npm run docs)', async () => {
  const { before, after } = await renewedReadme()
  expect(before).toBe(after)
})

/** The values that the text around an example names, with their types. */
const given: Record<string, string> = {
  api: "{ all(path: string, handle: import('cloudways-tools/mcp').NodeHandler): void }",
  cloudways: "import('cloudways-tools').Cloudways",
  credentials: "import('cloudways-tools').Credentials",
  baseUrl: 'string',
  onAudit: "(event: import('cloudways-tools').AuditEvent) => void",
  mapStorage: "() => import('cloudways-tools/storage').Storage",
  model: "import('ai').LanguageModel",
  storage: "import('cloudways-tools/storage').Storage",
  transport: "import('@modelcontextprotocol/sdk/inMemory.js').InMemoryTransport",
  userOf: '(request: Request) => Promise<{ cloudwaysToken: string } | undefined>',
  yourServer: "import('@modelcontextprotocol/sdk/server/mcp.js').McpServer",
}

test('the TypeScript of README.md compiles', async () => {
  const { before } = await renewedReadme()
  const blocks = [...before.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code as string)
  expect(blocks.length).toBeGreaterThan(7)
  // Inside of the repository, where the imports of packages are found.
  const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))
  await mkdir(cache, { recursive: true })
  const folder = `${await mkdtemp(`${cache}readme-`)}/`
  onTestFinished(() => rm(folder, { recursive: true }))
  const config = {
    extends: '../../../tsconfig.json',
    compilerOptions: { noUnusedLocals: false },
    include: ['*.ts'],
  }
  await writeFile(`${folder}tsconfig.json`, JSON.stringify(config))
  for (const [index, code] of blocks.entries()) {
    const missing = Object.keys(given).filter((name) => !new RegExp(`const (\\{ )?${name}\\b`).test(code))
    const imports = code.includes('createCloudways(') && !/import .*createCloudways/.test(code)
    const prelude = [
      ...missing.map((name) => `declare const ${name}: ${given[name]}`),
      imports ? "import { createCloudways } from 'cloudways-tools'" : '',
    ]
    await writeFile(`${folder}block-${index}.ts`, `${prelude.join('\n')}\n${code}\nexport {}\n`)
  }
  const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url))
  const { stdout } = await promisify(execFile)(tsc, ['-p', folder]).catch(
    (error: { stdout: string }) => error,
  )
  expect(stdout).toBe('')
}, 120_000)
