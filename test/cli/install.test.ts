/** `install` writes into files of other programs: one entry more, and nothing else of them changes. */
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientName, clients, startOf } from '../../src/server/clients.ts'
import { run } from './run.ts'
import { runHere } from './run-here.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'install-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

let count = 0
/** A home of its own, and the command called in it. */
async function aHome() {
  const home = join(root, `home-${count++}`)
  await mkdir(home)
  const install = (...args: string[]) => runHere(['install', ...args], { env: { HOME: home } })
  const fileOf = (name: ClientName) =>
    clients[name].file({ platform: process.platform, home, folder: home, env: {} })
  const write = async (name: ClientName, text: string) => {
    await mkdir(dirname(fileOf(name)), { recursive: true })
    await writeFile(fileOf(name), text, { mode: 0o640 })
  }
  const read = (name: ClientName) => readFile(fileOf(name), 'utf8')
  return { home, install, fileOf, write, read }
}

const others = Object.keys(clients).filter((name) => name !== 'claude-code') as ClientName[]

it.each(others)('makes the file of %s where there is none, once', async (name) => {
  const { install, fileOf, read } = await aHome()
  const first = await install(name, 'READ_ONLY=true')
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout).toContain(fileOf(name))
  const text = await read(name)
  expect(text).toContain('cloudways-tools')
  expect(text).toContain('READ_ONLY')
  expect((await stat(fileOf(name))).mode & 0o777).toBe(0o600)
  const second = await install(name, 'READ_ONLY=true')
  expect(second.stdout).toContain('has the server already')
  expect(await read(name)).toBe(text)
  expect(await readdir(dirname(fileOf(name)))).toHaveLength(1)
})

const jsonc = `{
\t// mine
\t"mcpServers": {
\t\t"other": { "command": "x" }, /* keep me */
\t},
\t"theme": "dark"
}
`

it('keeps comments, other servers, indentation and the rights of a file', async () => {
  const { install, fileOf, write, read } = await aHome()
  await write('gemini', jsonc)
  expect(await install('gemini')).toMatchObject({ code: 0 })
  const text = await read('gemini')
  for (const kept of ['// mine', '/* keep me */', '\t"theme": "dark"']) expect(text).toContain(kept)
  expect(text).toContain('\n\t\t"cloudways": {')
  expect(text.replaceAll(/\s/g, '')).toContain('"other":{"command":"x"}')
  expect((await stat(fileOf('gemini'))).mode & 0o777).toBe(0o640)
})

it('keeps a file of TOML as it is, and adds a table', async () => {
  const { install, write, read } = await aHome()
  const before = '# mine\nmodel = "x"\n\n[mcp_servers.other]\ncommand = "y" # yes\n'
  await write('codex', before)
  await install('codex', '--url', 'https://mcp.example.com/mcp')
  expect(await read('codex')).toBe(
    `${before}\n[mcp_servers.cloudways]\nurl = "https://mcp.example.com/mcp"\n`,
  )
})

describe('a file that is not touched', () => {
  it.each<[string, ClientName, string, string]>([
    ['broken JSON', 'cursor', '{ "mcpServers": { oh no', 'line 1 of it is no JSON'],
    ['a list', 'cursor', '[]', 'no JSON object'],
    ['servers that are a list', 'cursor', '{"mcpServers": []}', 'no table of servers'],
    ['broken TOML', 'codex', 'a = \nb = 1\n', 'line 1 of it is no TOML'],
    ['servers in one line', 'codex', 'mcp_servers = { other = { command = "x" } }\n', 'no place in its form'],
    [
      'another of our name',
      'cursor',
      '{"mcpServers":{"cloudways":{"url":"https://x.example"}}}',
      '--replace',
    ],
    ['the same in TOML', 'codex', '[mcp_servers.cloudways]\nurl = "x"\n', '--replace'],
  ])('%s', async (_, name, text, why) => {
    const { install, write, read } = await aHome()
    await write(name, text)
    const { code, stdout, stderr } = await install(name)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(why)
    expect(await read(name)).toBe(text)
  })

  it('not even with --replace when it is one of TOML', async () => {
    const { install, write, read } = await aHome()
    const text = '[mcp_servers.cloudways]\nurl = "x"\n'
    await write('codex', text)
    expect((await install('codex', '--replace')).stderr).toContain('Change it by hand')
    expect(await read('codex')).toBe(text)
  })
})

it('--replace takes the place of another server of our name, and --print writes nothing', async () => {
  const { install, write, read } = await aHome()
  const text = '{"mcpServers":{"cloudways":{"url":"https://x.example"},"other":{}}}'
  await write('cursor', text)
  const { stdout } = await install('cursor', '--print', '--url', 'https://new.example/mcp')
  expect(JSON.parse(stdout)).toEqual({ mcpServers: { cloudways: { url: 'https://new.example/mcp' } } })
  expect(await read('cursor')).toBe(text)
  await install('cursor', '--replace', '--url', 'https://new.example/mcp')
  expect(JSON.parse(await read('cursor'))).toEqual({
    mcpServers: { cloudways: { url: 'https://new.example/mcp' }, other: {} },
  })
})

it('writes through a link to where the file really is', async () => {
  const { home, install, fileOf, write } = await aHome()
  await write('cursor', '{}')
  const real = join(home, 'dotfiles.json')
  await writeFile(real, '{}')
  await rm(fileOf('cursor'))
  await symlink(real, fileOf('cursor'))
  await install('cursor')
  expect((await lstat(fileOf('cursor'))).isSymbolicLink()).toBe(true)
  expect(await readFile(real, 'utf8')).toContain('cloudways-tools')
})

it.each([
  [['cursor', 'CLOUDWAYS_ACCESS_TOKEN=cw_abcdefghijkl'], 'CLOUDWAYS_TOKEN_FILE=/path'],
  [['cursor', 'CLOUDWAYS_ACCESS_TOKEN_SHOP=cw_abcdefghijkl'], 'CLOUDWAYS_TOKEN_FILE_SHOP=/path'],
  [['cursor', 'ENCRYPTION_KEY=abc'], 'ENCRYPTION_KEY_FILE=/path'],
  [['cursor', 'READONLY=true'], 'Did you mean READ_ONLY?'],
  [['cursor', 'READ_ONLY=maybe'], 'neither true nor false'],
  [['cursor', 'yes'], 'is not NAME=value'],
  [['curser'], 'Did you mean cursor?'],
  [['cursor', '--url', 'mcp.example.com'], '--url needs an address'],
  [['cursor', '--url', 'https://x.example', 'READ_ONLY=true'], 'not with --url'],
  [['claude-desktop', '--url', 'https://x.example/mcp'], 'custom connector'],
])('%j is refused with what to do, and writes nothing', async (args, word) => {
  const { home, install } = await aHome()
  const { code, stderr } = await install(...args)
  expect(code).toBe(2)
  expect(stderr).toContain(word)
  expect(stderr).not.toContain('cw_abcdefghijkl')
  expect(await readdir(home)).toEqual([])
})

it('lists the clients and their files', async () => {
  const { home, fileOf } = await aHome()
  const { stdout } = await run(['install'], { env: { HOME: home } })
  for (const name of others) expect(stdout).toContain(fileOf(name))
})

it('knows the places of macOS and Windows, and starts npx on Windows by its shell', () => {
  const mac = { platform: 'darwin', home: '/Users/me', folder: '/w', env: {} } as const
  const env = { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' }
  const windows = { platform: 'win32', home: 'C:\\Users\\me', folder: 'C:\\w', env } as const
  expect(clients['claude-desktop'].file(mac)).toBe(
    '/Users/me/Library/Application Support/Claude/claude_desktop_config.json',
  )
  expect(clients.vscode.file(windows)).toBe('C:\\Users\\me\\AppData\\Roaming\\Code\\User\\mcp.json')
  expect(clients.windsurf.file(windows)).toBe('C:\\Users\\me\\.codeium\\windsurf\\mcp_config.json')
  expect(clients['claude-code'].file(windows)).toBe('C:\\w\\.mcp.json')
  expect(startOf(windows, {})).toEqual({ command: 'cmd', args: ['/c', 'npx', '-y', 'cloudways-tools'] })
})
