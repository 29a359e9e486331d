/**
 * Runs the conformance suite of the Model Context Protocol against the HTTP endpoint, for one revision:
 *
 *     npx tsx test/conformance/suite.ts 2025-11-25
 *     npx tsx test/conformance/suite.ts 2026-07-28
 *
 * The scenarios that do not apply to this server are in `baseline-<revision>.yml`, each with
 * its reason; one that fails without being there, or is there and passes, fails the run. The suite is installed
 * into the system's temporary folder: it is a prerelease and brings a hundred packages.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type ServerType, serve } from '@hono/node-server'
import { conformanceHandler } from './fixture.ts'

export const suite = '@modelcontextprotocol/conformance@0.2.0-alpha.12'
export const revisions = ['2025-11-25', '2026-07-28'] as const
export type Revision = (typeof revisions)[number]

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const home = join(tmpdir(), `cloudways-tools-${suite.replaceAll(/[@/]+/g, '-')}`)
const command = join(home, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')

function execute(file: string, args: readonly string[], cwd?: string) {
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(file, args, { cwd, timeout: 120_000, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? 1) || 1 : 0
      resolve({ code, output: stdout + stderr })
    })
  })
}

/**
 * Install the suite, once for a machine.
 *
 * @throws Error with what npm said.
 */
export async function installSuite(): Promise<void> {
  if (existsSync(command)) return
  // Moved into place when complete, so that two runs at once don't see half of it.
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'))
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts']
  const { code, output } = await execute('npm', ['install', ...flags, suite], folder)
  if (code !== 0) throw new Error(`npm could not install ${suite}: ${output}`)
  await mkdir(tmpdir(), { recursive: true })
  await rename(folder, home).catch(() => rm(folder, { recursive: true, force: true }))
}

/** Run every scenario of a revision. The exit code is 0 when all that apply pass. */
export async function runSuite(revision: Revision): Promise<{ code: number; output: string }> {
  const server = await new Promise<ServerType>((resolve) => {
    const fetch = conformanceHandler()
    const options = { fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects: false }
    const started = serve(options, () => resolve(started))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
  const baseline = here(`./baseline-${revision}.yml`)
  const settings = ['--url', url, '--requirements', revision, '--expected-failures', baseline]
  const shim = pathToFileURL(here('./node20.mjs')).href
  const answer = await execute(process.execPath, ['--import', shim, command, 'server', ...settings])
  await new Promise((resolve) => server.close(resolve))
  return answer
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const revision = revisions.find((name) => name === process.argv[2])
  if (!revision) throw new Error(`Name a revision: ${revisions.join(' or ')}.`)
  await installSuite()
  const { code, output } = await runSuite(revision)
  process.stdout.write(output)
  process.exitCode = code
}
