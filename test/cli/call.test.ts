import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox } from 'cloudways-tools/sandbox'
import { expect, it } from 'vitest'
import { run, start } from './run.ts'
import { runHere } from './run-here.ts'

it('prints the answer as JSON on stdout, and nothing else', async () => {
  const { code, stdout, stderr } = await run(['call', 'list_servers', '{"fields":["id"]}', '--sandbox'])
  expect([code, stderr]).toEqual([0, ''])
  expect(JSON.parse(stdout)).toEqual({
    servers: [{ id: '70011' }, { id: '70024' }, { id: '70037' }],
    total: 3,
  })
})

it('takes name=value, and JSON from stdin', async () => {
  const pairs = await runHere(['call', 'list_servers', 'fields=id,label', 'detail=full', '--sandbox'])
  const stdin = '{"fields":["id","label"],"detail":"full"}'
  const piped = await runHere(['call', 'list_servers', '-', '--sandbox'], { stdin })
  expect(pairs).toEqual(piped)
  expect(JSON.parse(pairs.stdout).servers[0]).toEqual({ id: '70011', label: 'shop' })
  const id = await runHere(['call', 'get_server_details', 'server_id=70011', '--sandbox'])
  expect([id.code, id.stderr]).toEqual([0, ''])
})

it('takes a tool by its official name, and through an executor', async () => {
  const official = await runHere(['call', 'server_list', 'fields=id', '--sandbox'])
  const inner = '{"tool":"server_list","arguments":{"fields":["id"]}}'
  const executed = await runHere(['call', 'call_read', inner, '--sandbox'], { env: { PRESET: 'search' } })
  expect([official.code, official.stderr]).toEqual([0, ''])
  expect(JSON.parse(official.stdout).total).toBe(3)
  expect(executed).toEqual(official)
})

it('names what hides a tool that there is', async () => {
  const { code, stderr } = await runHere(['call', 'app_create', '--sandbox'])
  expect(code).not.toBe(0)
  expect(stderr).toContain('app_create is not visible: PRESET, TOOLSETS,')
})

it('tells on stderr what it waits for', async () => {
  const { code, stdout, stderr } = await runHere(['call', 'restart_server', 'server_id=70011', '--sandbox'], {
    env: { CONFIRM: 'never' },
  })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ state: 'completed' })
  expect(stderr).toMatch(/^\d+ s: .+\n/)
})

it('says what a call was refused for, with exit code 1', async () => {
  expect(await runHere(['call', 'get_server_details', '{"server_id":"1"}', '--sandbox'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'This account has no server 1. list_servers lists the servers.\n',
  })
  const { code, stderr } = await runHere(['call', 'restart_server', '--sandbox'])
  expect(code).toBe(1)
  expect(stderr).toBe('restart_server: server_id: required. Fix the arguments and call again.\n')
})

it('says which credentials are missing, and how to get some', async () => {
  const { code, stdout, stderr } = await runHere(['call', 'list_servers'])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(
    /^There are no Cloudways credentials\. A person has to act: .+CLOUDWAYS_ACCESS_TOKEN.+\n$/,
  )
})

it('names a dead upstream, without the token', async () => {
  const env = { CLOUDWAYS_API_URL: 'http://127.0.0.1:9', CLOUDWAYS_ACCESS_TOKEN: 'cw_canary_token' }
  const { code, stderr } = await runHere(['call', 'list_servers'], { env })
  expect(code).toBe(1)
  expect(stderr).not.toMatch(/canary|\.ts:/)
  expect(stderr.trimEnd()).not.toContain('\n')
})

it('makes a change that needs a person only with the token of its plan, once', async () => {
  const TMPDIR = mkdtempSync(join(tmpdir(), 'confirm-'))
  const env = { TMPDIR, WAIT_SECONDS: '0' }
  const args = (...more: string[]) => ['call', 'restart_server', 'server_id=70011', ...more, '--sandbox']
  const tokenIn = (text: string) => /with confirm=([\da-f]{8}-[\da-f-]{27})\. Never/.exec(text)?.[1] ?? ''
  const asked = await run(args(), { env })
  expect([asked.code, asked.stdout]).toEqual([1, ''])
  expect(asked.stderr).toMatch(/^Server {4}shop \(70011\)$/m)
  expect(asked.stderr).toMatch(/^Downtime {2}a minute or two$/m)
  expect(asked.stderr).toContain('Or run the same command in a terminal: it asks the person there.')
  const confirm = `confirm=${tokenIn(asked.stderr)}`

  const elsewhere = ['call', 'restart_server', 'server_id=70024', confirm, '--sandbox']
  expect((await runHere(elsewhere, { env })).code).toBe(1)
  // A token that was used for another change is spent.
  const again = await runHere(args(confirm), { env })
  expect([again.code, again.stdout]).toEqual([1, ''])

  const done = await run(args(`confirm=${tokenIn(again.stderr)}`), { env })
  expect(done.code).toBe(0)
  expect(JSON.parse(done.stdout)).toMatchObject({ state: 'running', operation_id: expect.any(String) })
  expect((await runHere(args(`confirm=${tokenIn(again.stderr)}`), { env })).code).toBe(1)
  rmSync(TMPDIR, { recursive: true })
})

it('makes something new once, also when another process repeats the call', async () => {
  const sandbox = createSandbox({ operationSeconds: 0 })
  const { url, close } = await sandbox.listen()
  const TMPDIR = mkdtempSync(join(tmpdir(), 'once-'))
  const env = {
    TMPDIR,
    CLOUDWAYS_API_URL: url,
    CLOUDWAYS_ACCESS_TOKEN: sandbox.credentials.accessToken,
    CONFIRM: 'never',
    BACKUP_HOURS: '0',
    WAIT_SECONDS: '0',
  }
  const args = ['server_id=70011', 'app_id=90022']
  const clone = (label: string, command = run) =>
    command(['call', 'clone_app', ...args, `app_label=${label}`], { env })
  const clones = () => sandbox.mutations.filter(({ path }) => path === '/app/clone')
  try {
    const all = [await clone('twin'), await clone('twin')]
    expect(all.map(({ code, stderr }) => [code, stderr])).toEqual(all.map(() => [0, '']))
    expect(clones()).toHaveLength(1)
    const answers = all.map(({ stdout }) => JSON.parse(stdout) as Record<string, unknown>)
    expect(new Set(answers.map(({ operation_id }) => operation_id)).size).toBe(1)
    expect(answers.map(({ repeated }) => repeated)).toEqual([undefined, true])

    expect((await clone('other', runHere)).code).toBe(0)
    expect(clones()).toHaveLength(2)
    const folder = readdirSync(TMPDIR).find((name) => name.startsWith('cloudways-tools-')) as string
    expect(statSync(join(TMPDIR, folder)).mode & 0o777).toBe(0o700)
  } finally {
    await close()
    rmSync(TMPDIR, { recursive: true })
  }
})

it('makes it in each new sandbox', async () => {
  const args = ['call', 'clone_app', 'server_id=70011', 'app_id=90022', 'app_label=twin', '--sandbox']
  const env = { CONFIRM: 'never', BACKUP_HOURS: '0', WAIT_SECONDS: '0' }
  for (let round = 0; round < 2; round++) {
    const { code, stdout } = await runHere(args, { env })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).not.toHaveProperty('repeated')
  }
})

it.each<Record<string, string>>([{ CONFIRM_FALLBACK: 'refuse' }, { PROTECT: 'shop' }])(
  'makes none without a person under %o, and names the way that helps here',
  async (env) => {
    const args = ['call', 'restart_server', 'server_id=70011', '--sandbox']
    const { code, stderr } = await runHere(args, { env })
    expect(code).toBe(1)
    expect(stderr).toContain('Nobody can be asked here. Run the same command in a terminal')
    expect(stderr).not.toMatch(/onConfirm|CONFIRM_FALLBACK/)
  },
)

it('makes none that needs two people, and names the page that asks both', async () => {
  const args = ['call', 'restart_server', 'server_id=70011', '--sandbox']
  const { code, stderr } = await runHere(args, { env: { PROTECT: 'shop', SECOND_YES: 'destructive' } })
  expect(code).toBe(1)
  expect(stderr).toContain('needs the yes of two people')
  expect(stderr).toContain('The change is made through `cloudways-tools http`')
  expect(stderr).not.toContain('in a terminal')
})

it('ends at Ctrl-C with 130', async () => {
  const { child, ended, says } = start(['call', 'restart_server', 'server_id=70011', '--sandbox'], {
    CONFIRM: 'never',
  })
  await says(' s: ')
  child.kill('SIGINT')
  const { code, stdout, stderr } = await ended
  expect([code, stdout]).toEqual([130, ''])
  expect(stderr).toMatch(/Interrupted\. What was already sent to Cloudways is not undone\.\n$/)
})

it('works against the sandbox over HTTP, on either kind of credential', async () => {
  const sandbox = createSandbox()
  const { url, close } = await sandbox.listen()
  const { email, apiKey } = sandbox.credentials
  const { code, stdout } = await runHere(['call', 'list_servers'], {
    env: { CLOUDWAYS_API_URL: url, CLOUDWAYS_EMAIL: email, CLOUDWAYS_API_KEY: apiKey },
  })
  await close()
  expect(code).toBe(0)
  expect(JSON.parse(stdout).servers).toHaveLength(3)
})

it('tells what comes near to a name that fits nothing', async () => {
  const { code, stderr } = await runHere(['call', 'get_server_details', 'server_id=shopp', '--sandbox'])
  expect(code).toBe(1)
  expect(stderr).toContain('come near to it')
  expect(stderr).toContain('"id":"70011"')
})
