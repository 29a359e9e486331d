/**
 * The rows against what others would use: a server made with fastmcp, and one that a generator makes of the contract. Both
 * come from the registry, into a folder that is gone at the end.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { start, startCommand, startScript } from './children.ts'
import { cpuOfCall } from './mcp-load.ts'
import { row, sideBySide, times, tokens } from './measure.ts'
import { openApiOf } from './openapi.ts'
import { firstListOf, type StdioServer, startStdio } from './stdio.ts'

const generator = '@ivotoby/openapi-mcp-server'
const token = { 'x-cloudways-access-token': 'cw_bench_token' }

export async function peerRows(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-peers-'))
  const upstream = await start('./upstream.ts')
  try {
    await install(folder, 'fastmcp', generator)
    const apiUrl = `http://127.0.0.1:${upstream.port}`
    const variables = { CLOUDWAYS_API_URL: apiUrl, RATE_LIMIT_REQUESTS: '1000000', PRESET: 'all' }
    await againstFastMcp(folder, apiUrl, variables)
    await againstGenerator(folder, apiUrl, variables)
  } finally {
    upstream.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function install(folder: string, ...packages: string[]): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }')
  const flags = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  const { status, stderr } = spawnSync('npm', [...flags, ...packages], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm install ${packages.join(' ')}: ${stderr}`)
}

const versionOf = async (folder: string, name: string): Promise<string> =>
  JSON.parse(await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version

async function againstFastMcp(folder: string, apiUrl: string, variables: Record<string, string>) {
  const script = join(folder, 'fastmcp.mjs')
  await copyFile(fileURLToPath(new URL('./peers/fastmcp.mjs', import.meta.url)), script)
  const peer = await startScript(script, (port) => [String(port), apiUrl])
  const command = await startCommand(variables)
  const pair = await sideBySide(
    9,
    () => cpuOfCall(command, { headers: token }),
    () => cpuOfCall(peer),
  )
  const version = await versionOf(folder, 'fastmcp')
  row(
    'the command, all tools, CPU of an MCP call',
    times(pair),
    `of one tool on fastmcp ${version}, stateless`,
  )
  command.stop()
  peer.stop()
}

async function againstGenerator(folder: string, apiUrl: string, variables: Record<string, string>) {
  const document = join(folder, 'openapi.json')
  await writeFile(document, JSON.stringify(openApiOf(apiUrl)))
  const script = join(folder, 'node_modules', generator, 'bin/mcp-server.js')
  const theirArgs = [script, '--api-base-url', apiUrl, '--openapi-spec', document]
  const ourArgs = [fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)), 'stdio']
  const ourEnv = { ...variables, CLOUDWAYS_ACCESS_TOKEN: 'cw_bench_token' }
  const named = `of ${generator} ${await versionOf(folder, generator)}, fed with the contract`
  const starts = await sideBySide(
    5,
    () => firstListOf(ourArgs, ourEnv),
    () => firstListOf(theirArgs),
  )
  row('cold start over stdio to the first tools/list, all tools', times(starts), named)
  const ours = await startStdio(ourArgs, ourEnv)
  const theirs = await startStdio(theirArgs)
  const key = { arguments: { server_id: '1', app_id: '2' } }
  const calls = await sideBySide(
    9,
    () => cpuOfAsk(ours, 'tools/call', { name: 'get_git_ssh_key', ...key }),
    () => cpuOfAsk(theirs, 'tools/call', { name: 'git-key-get', ...key }),
  )
  row('an MCP call over stdio, all tools, CPU', times(calls), named)
  const lists = await sideBySide(
    9,
    () => cpuOfAsk(ours, 'tools/list'),
    () => cpuOfAsk(theirs, 'tools/list'),
  )
  row('tools/list over stdio, all tools, CPU', times(lists), named)
  const [own, their] = [await toolsOf(ours), await toolsOf(theirs)]
  row(
    'tools/list of all tools, tokens a tool',
    tokensOf(own),
    `${own.length} tools; ${tokensOf(their)} ${named}, ${their.length} tools that nobody described`,
    '100',
  )
  await ours.stop()
  await theirs.stop()
}

async function cpuOfAsk(server: StdioServer, method: string, params?: object): Promise<number> {
  const count = 100
  const before = await server.cpu()
  for (let sent = 0; sent < count; sent++) {
    const { result } = await server.ask(method, params)
    if (!result || result.isError) throw new Error(`Unexpected answer: ${JSON.stringify(result)}`)
  }
  return ((await server.cpu()) - before) / count
}

interface Listed {
  name: string
  description?: string
  inputSchema: object
}

const toolsOf = async (server: StdioServer) => (await server.ask('tools/list')).result?.tools as Listed[]

const tokensOf = (list: Listed[]) =>
  (
    tokens(list.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))) /
    list.length
  ).toFixed(0)
