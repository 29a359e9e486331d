/**
 * Nothing that needs a runtime is made at import. Workers refuse a package that starts a timer, asks for random
 * values, fetches or makes an abort signal outside of a request.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, it } from 'vitest'
import { builtSource } from '../support/script.ts'

const run = promisify(execFile)
const repo = fileURLToPath(new URL('../..', import.meta.url))
const entries = inject('entries')

/** Puts a function that throws in the place of each of these, for whatever is imported after it. */
const traps = `
const trap = (owner, name) => {
  const value = function () { throw new Error(name + ' was used at import') }
  Object.defineProperty(owner, name, { value, configurable: true, writable: true })
}
for (const name of ['AbortController', 'fetch', 'setTimeout', 'setInterval', 'setImmediate']) trap(globalThis, name)
for (const name of ['timeout', 'any', 'abort']) trap(AbortSignal, name)
for (const name of ['getRandomValues', 'randomUUID']) trap(Crypto.prototype, name)
for (const name of ['digest', 'generateKey', 'importKey', 'sign', 'encrypt']) trap(SubtleCrypto.prototype, name)
trap(Math, 'random')
`

const runTrapped = (code: string) =>
  run(process.execPath, ['--input-type=module', '-e', `${traps}${code}`], { cwd: repo })

it('no subpath makes anything', async () => {
  const paths = Object.values(entries).map(builtSource)
  expect(paths.length).toBeGreaterThan(10)
  // Every module runs once, behind the traps, so that one process does for all of them.
  const { stdout } = await runTrapped(
    `for (const path of ${JSON.stringify(paths)}) await import(path).catch((error) => console.log(path, error))`,
  )
  expect(stdout).toBe('')
})

it('a Worker makes its toolkit, handler and server before the first request', async () => {
  const source = (name: string) => builtSource(entries[name] as string)
  const code = `
const { createCloudways } = await import('${source('index')}')
const { fernet } = await import('${source('crypto')}')
const { createMcpHandler } = await import('${source('mcp')}')
const { createServer } = await import('${source('server')}')
const credentials = { accessToken: 'cw_made_at_import' }
createMcpHandler({ cloudways: createCloudways({ credentials }) })
const cloudways = createCloudways({ credentials, crypto: fernet('A'.repeat(43) + '=') })
createServer({ cloudways, baseUrl: 'https://tools.example.com' })
console.log('made')`
  const { stdout } = await runTrapped(code)
  expect(stdout).toBe('made\n')
})

it.each(['new AbortController()', 'setTimeout(() => {})', 'crypto.randomUUID()', 'crypto.subtle.digest()'])(
  'the traps catch %s',
  async (code) => expect(runTrapped(code)).rejects.toThrow('was used at import'),
)
