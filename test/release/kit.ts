/** Fresh projects with the packed package, in a folder that is gone at the end. */
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repo = fileURLToPath(new URL('../..', import.meta.url))
export const manifest = JSON.parse(await readFile(join(repo, 'package.json'), 'utf8'))
/** `index`, `ai`, `storage/redis`, ... */
export const subpaths = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => (path === '.' ? 'index' : path.slice(2)))
export const specifier = (name: string) => (name === 'index' ? 'cloudways-tools' : `cloudways-tools/${name}`)
/** The packages that a user may leave out. */
export const peers = Object.keys(manifest.peerDependencies)

/** What proves that the package works somewhere. */
export interface Job {
  name: string
  /** @returns what was tried, versions for example. */
  run(kit: Kit): Promise<string>
}

export interface RunOptions {
  env?: Record<string, string>
  /** Default ten minutes. */
  seconds?: number
}

export interface Project {
  folder: string
  path(...parts: string[]): string
  write(path: string, text: string): Promise<void>
  /** @returns stdout. @throws with stdout and stderr when the program fails. */
  run(command: string, args: string[], options?: RunOptions): Promise<string>
  /** The version of an installed package. */
  version(name: string): Promise<string>
}

export interface Kit {
  /** A project in which the package and others are installed; optional packages only when they are named. */
  project(name: string, packages?: string[]): Promise<Project>
  close(): Promise<void>
}

export async function createKit(): Promise<Kit> {
  const root = await mkdtemp(join(tmpdir(), 'cloudways-tools-release-'))
  try {
    await run('npm', ['pack', '--pack-destination', root], { cwd: repo })
    const tarball = (await readdir(root)).find((file) => file.endsWith('.tgz')) as string
    return {
      project: (name, packages = []) => openProject(join(root, name), [join(root, tarball), ...packages]),
      close: () => rm(root, { recursive: true, force: true }),
    }
  } catch (error) {
    await rm(root, { recursive: true, force: true })
    throw error
  }
}

async function openProject(folder: string, packages: string[]): Promise<Project> {
  const path = (...parts: string[]) => join(folder, ...parts)
  const write = async (to: string, text: string) => {
    await mkdir(dirname(path(to)), { recursive: true })
    await writeFile(path(to), text)
  }
  await write('package.json', '{ "name": "user", "type": "module", "private": true }')
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  await run('npm', ['install', ...flags, ...packages], { cwd: folder })
  await cp(new URL('fixtures', import.meta.url), folder, { recursive: true })
  return {
    ...{ folder, path, write },
    run: (command, args, options = {}) => run(command, args, { cwd: folder, ...options }),
    async version(name) {
      const text = await readFile(path('node_modules', name, 'package.json'), 'utf8')
      return JSON.parse(text).version
    },
  }
}

/** An environment without configuration of this package, and without the hooks of the program that runs the jobs. */
export const bare = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', CI: 'true', NO_COLOR: '1' }

/** @returns stdout. @throws with stdout and stderr when the program fails. */
export function run(command: string, args: string[], options: RunOptions & { cwd: string }): Promise<string> {
  const { cwd, env, seconds = 600 } = options
  // A group of its own, so that what it starts ends with it.
  const child = spawn(command, args, { cwd, env: { ...bare, ...env }, detached: true })
  const end = () => process.kill(-(child.pid as number), 'SIGKILL')
  const late = setTimeout(end, seconds * 1000)
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(late)
      const what = `${command} ${args.join(' ').slice(0, 200)}`
      if (code === 0) resolve(stdout)
      else reject(new Error(`${what}: ${signal ?? `exit ${code}`}\n${stdout}${stderr}`))
    })
  })
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
