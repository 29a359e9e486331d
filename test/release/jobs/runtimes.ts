/** Node, Bun and Deno: every import, the library, the command. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { bare, freePort, type Job, manifest, type Project } from '../kit.ts'

interface Runtime {
  name: string
  /** The package of npm that brings the runtime; none is the Node that runs the jobs. */
  package?: string
  /** What runs a file with it. */
  command: (project: Project) => [program: string, ...args: string[]]
  /** What its version begins with. */
  version: RegExp
}

const inBin = (name: string) => (project: Project) => project.path('node_modules/.bin', name)

const node = (major: number): Runtime => ({
  name: `node${major}`,
  package: `node@${major}`,
  command: (project) => [inBin('node')(project)],
  version: new RegExp(`^v${major}\\.`),
})

function jobOf({ name, package: from, command, version }: Runtime): Job {
  return {
    name,
    async run(kit) {
      const project = await kit.project(name, from ? [from] : [])
      const [program, ...args] = command(project)
      const found = (await project.run(program, ['--version'])).trim().split('\n')[0] as string
      if (!version.test(found)) throw new Error(`${program} is version ${found}`)
      const imports = await project.run(program, [...args, 'run.mjs'], { seconds: 120 })
      const calls = await tryCommand(project, [program, ...args])
      const keeps = keepsCode.test(found) && (await tryCache(project, program))
      return `${found.replace(/^\D*/, '')}: ${imports.trim()}, ${calls}${keeps || ''}`
    },
  }
}

/** The versions of Node that keep compiled code for the next start. */
const keepsCode = /^v2[2-9]/

async function tryCache(project: Project, program: string): Promise<string> {
  const args = ['node_modules/cloudways-tools/dist/cli/main.js', 'tools']
  const start = (XDG_CACHE_HOME: string) => project.run(program, args, { env: { XDG_CACHE_HOME } })
  const caches = project.path('caches')
  const first = await start(caches)
  expect(existsSync(project.path('caches', 'cloudways-tools')), 'the folder for compiled code')
  expect((await start(caches)) === first, 'what a second start says')
  // No folder can be made there, and Node's own way to make it never comes back.
  expect((await start('/proc/none')) === first, 'a start that can keep nothing')
  return ', a second start from kept code'
}

async function tryCommand(project: Project, [program, ...args]: [string, ...string[]]): Promise<string> {
  const main = [...args, 'node_modules/cloudways-tools/dist/cli/main.js']
  const say = (...more: string[]) => project.run(program, [...main, ...more], { seconds: 120 })
  expect((await say('--version')).trim() === manifest.version, 'the version')
  expect((await say('tools')).includes('restart_server'), 'the table of tools')
  expect((await say('call', 'list_servers', '--sandbox')).includes('shop'), 'the answer of call')
  await tryHttp(project, [program, ...main])
  return 'command with tools, call, http'
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`${what} is not as it should be`)
}

/** Starts the server, calls a tool, and stops the server. */
async function tryHttp({ folder }: Project, [program, ...main]: [string, ...string[]]): Promise<void> {
  const port = await freePort()
  const env = { ...bare, PORT: String(port) }
  const server = spawn(program, [...main, 'http', '--sandbox'], { cwd: folder, env })
  let output = ''
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()))
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [server.stdout, server.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk
        if (output.includes(`${port}/mcp`)) resolve()
      })
    }
    server.once('close', () => reject(new Error(`http ended:\n${output}`)))
    setTimeout(() => reject(new Error(`http said nothing in a minute:\n${output}`)), 60_000).unref()
  })
  try {
    await ready
    const call = { name: 'list_servers', arguments: {} }
    const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call }),
    })
    const text = await response.text()
    expect(text.includes('"total":3'), `the answer over HTTP (${response.status} ${text.slice(0, 300)})`)
  } finally {
    server.kill('SIGTERM')
    const late = setTimeout(() => server.kill('SIGKILL'), 20_000)
    await ended
    clearTimeout(late)
  }
}

export const node20 = jobOf(node(20))
export const node22 = jobOf(node(22))
export const node24 = jobOf(node(24))
export const bun = jobOf({
  name: 'bun',
  package: 'bun',
  command: (project) => [inBin('bun')(project)],
  version: /^1\./,
})
export const deno = jobOf({
  name: 'deno',
  package: 'deno',
  command: (project) => [inBin('deno')(project), 'run', '-A'],
  version: /^deno 2\./,
})
