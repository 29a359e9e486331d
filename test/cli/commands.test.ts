import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import { run, start, until } from './run.ts'

describe('tools', () => {
  it('prints a table of the visible tools', async () => {
    const { code, stdout, stderr } = await run(['tools'], { env: { TOOLSETS: 'servers', READ_ONLY: '1' } })
    expect([code, stderr]).toEqual([0, ''])
    const [head, ...rows] = stdout.trimEnd().split('\n')
    expect(head).toMatch(/^NAME +RISK +TOOLSET +TITLE$/)
    expect(rows.length).toBeGreaterThan(1)
    for (const row of rows) expect(row).toMatch(/^[a-z_]+ +read +\w+ +\S/)
  })

  it('prints the whole descriptions as JSON, with and without the sandbox', async () => {
    const { stdout } = await run(['tools', '--json', '--sandbox'])
    const tools = JSON.parse(stdout) as { name: string; inputSchema: object; description: string }[]
    expect(tools).toHaveLength(67)
    expect(tools.every((tool) => tool.inputSchema && tool.description.length >= 20)).toBe(true)
  })
})

describe('call', () => {
  it('prints the answer as JSON on stdout, and nothing else', async () => {
    const { code, stdout, stderr } = await run(['call', 'list_servers', '{"fields":["id"]}', '--sandbox'])
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({ servers: [{ id: '70011' }, { id: '70024' }, { id: '70037' }] })
  })

  it('takes name=value, and JSON from stdin', async () => {
    const pairs = await run(['call', 'list_servers', 'fields=id,label', 'detail=full', '--sandbox'])
    const stdin = '{"fields":["id","label"],"detail":"full"}'
    const piped = await run(['call', 'list_servers', '-', '--sandbox'], { stdin })
    expect(pairs).toEqual(piped)
    expect(JSON.parse(pairs.stdout).servers[0]).toEqual({ id: '70011', label: 'shop' })
    const id = await run(['call', 'get_server_details', 'server_id=70011', '--sandbox'])
    expect([id.code, id.stderr]).toEqual([0, ''])
  })

  it('tells on stderr what it waits for', async () => {
    const { code, stdout, stderr } = await run(['call', 'restart_server', 'server_id=70011', '--sandbox'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ state: 'completed' })
    expect(stderr).toMatch(/^\d+ s: .+\n/)
  })

  it('says what a call was refused for, with exit code 1', async () => {
    expect(await run(['call', 'get_server_details', '{"server_id":"1"}', '--sandbox'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'This account has no server 1. list_servers lists the servers.\n',
    })
    const { code, stderr } = await run(['call', 'restart_server', '--sandbox'])
    expect(code).toBe(1)
    expect(stderr).toBe('restart_server: server_id: required. Mend the arguments and call again.\n')
  })

  it('says which credentials are missing, and how to get some', async () => {
    const { code, stdout, stderr } = await run(['call', 'list_servers'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^There are no Cloudways credentials\. A person has to act: .+CLOUDWAYS_ACCESS_TOKEN.+\n$/,
    )
  })

  it('names a dead upstream, without the token', async () => {
    const { code, stderr } = await run(['call', 'list_servers'], {
      env: { CLOUDWAYS_API_URL: 'http://127.0.0.1:9', CLOUDWAYS_ACCESS_TOKEN: 'cw_canary_token' },
    })
    expect(code).toBe(1)
    expect(stderr).not.toMatch(/canary|\.ts:/)
    expect(stderr.trimEnd()).not.toContain('\n')
  })

  it('ends at Ctrl-C with 130', async () => {
    const { child, output, ended } = start(['call', 'restart_server', 'server_id=70011', '--sandbox'])
    await until(() => output.stderr.includes(' s: '))
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr).toMatch(/Interrupted\. What was already sent to Cloudways is not undone\.\n$/)
  })

  it('works against the sandbox over HTTP, on either kind of credential', async () => {
    const sandbox = createSandbox()
    const { url, close } = await sandbox.listen()
    const { email, apiKey } = sandbox.credentials
    const { code, stdout } = await run(['call', 'list_servers'], {
      env: { CLOUDWAYS_API_URL: url, CLOUDWAYS_EMAIL: email, CLOUDWAYS_API_KEY: apiKey },
    })
    await close()
    expect(code).toBe(0)
    expect(JSON.parse(stdout).servers).toHaveLength(3)
  })
})

describe('keygen', () => {
  it('makes keys that it can prove, of the environment, a file and stdin, without repeating them', async () => {
    const { stdout } = await run(['keygen'])
    const key = stdout.trim()
    expect(stdout).toMatch(/^[\w-]{43}=\n$/)
    const dir = mkdtempSync(join(tmpdir(), 'key-'))
    const file = join(dir, 'key')
    writeFileSync(file, `${key},${key}\n`)
    const check = ['keygen', '--check']
    expect((await run(check, { stdin: stdout })).stdout).toBe('stdin: a good key\n')
    expect((await run(check, { env: { ENCRYPTION_KEY: key } })).stdout).toBe('ENCRYPTION_KEY: a good key\n')
    expect((await run([...check, '--file', file])).stdout).toBe('The file: 2 good keys\n')
    rmSync(dir, { recursive: true })
    const bad = await run(check, { env: { ENCRYPTION_KEY: `${key},${key.slice(1)}` } })
    expect(bad).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ENCRYPTION_KEY, key 2 of 2: The encryption key has 43 characters. A key has 44.\n',
    })
  })
})

describe('doctor', () => {
  it('tells what works', async () => {
    const { code, stdout, stderr } = await run(['doctor', '--sandbox'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(
      /^ok {4}Node\.js .+\nok {4}Configuration .+\nok {4}Tools +67 visible\nok {4}HTTP .+\nok {4}State +in memory, works\nok {4}Account +access_token works at the sandbox, answered in \d+ ms\n$/,
    )
  })

  it('names what does not, in the words of the error, without secrets', async () => {
    const { code, stdout, stderr } = await run(['doctor'], {
      env: {
        CLOUDWAYS_API_URL: 'http://127.0.0.1:9',
        CLOUDWAYS_ACCESS_TOKEN: 'cw_canary_token',
        TOOLS: 'ping',
      },
    })
    expect([code, stderr]).toEqual([1, 'One check failed.\n'])
    expect(stdout).toMatch(/^FAIL {2}Account /m)
    expect(stdout).not.toContain('canary')
    const bad = await run(['doctor'], { env: { PORT: 'abc' } })
    expect(bad.code).toBe(1)
    expect(bad.stdout).toContain("FAIL  Configuration  PORT: 'abc' is not a whole number")
  })

  it('has nothing against a machine without an account', async () => {
    const { code, stdout } = await run(['doctor'])
    expect(code).toBe(0)
    expect(stdout).toContain('note  Account        no credentials here')
  })
})
