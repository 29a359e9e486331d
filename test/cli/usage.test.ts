import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { run } from './run.ts'
import { runHere } from './run-here.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

describe('a mistake on the command line is one line and exit code 2', () => {
  it.each<[string, string]>([
    ['tols', "There is no command 'tols'. Did you mean tools?"],
    ['htpp', "There is no command 'htpp'. Did you mean http?"],
    [
      'frobnicate',
      "There is no command 'frobnicate'. Commands: stdio, http, tools, call, audit, stop-changes, install, help, keygen, doctor.",
    ],
    ['list_servers', "There is no command 'list_servers'. To call a tool: cloudways-tools call list_servers"],
    ['help sefety', "There is no page 'sefety'. Did you mean safety?"],
    ['help start now', "help takes no argument 'now'. Usage: cloudways-tools help [TOPIC]"],
    ['tools --jsn', 'There is no flag --jsn. Did you mean --json?'],
    ['http --sandbx', 'There is no flag --sandbx. Did you mean --sandbox?'],
    ['http --json', 'http has no flag --json. It belongs to tools and audit and stop-changes and doctor.'],
    ['http --port=7001', 'There is no flag --port. Set the environment variable PORT.'],
    [
      'http --quiet',
      'There is no flag --quiet. Flags of http: --login, --print-config, --sandbox, --config, --help, --version.',
    ],
    ['-x', 'There is no flag -x. Flags of stdio: --sandbox, --config, --help, --version.'],
    ['http --sandbox=no', '--sandbox takes no value. Write --sandbox alone.'],
    ['tools --config /nowhere', "--config: /nowhere can't be read (ENOENT). Name a text file."],
    ['tools --config a --config b', '--config is given twice. Give it once.'],
    ['keygen --check --file', '--file needs a value. Write --file FILE.'],
    ['keygen --file x', '--file goes with --check. Write keygen --check --file FILE.'],
    ['keygen --check --file /nowhere', "The file can't be read (ENOENT). Name a file that holds the key."],
    ['audit', 'audit needs to know what to do. Write: cloudways-tools audit verify FILE'],
    ['audit verfy x', "audit has no 'verfy'. Did you mean verify?"],
    ['audit show x', "audit has no 'show'. Write: cloudways-tools audit verify FILE"],
    ['audit verify', 'audit verify needs the name of a file. Write: cloudways-tools audit verify FILE'],
    ['audit verify x y', "audit takes no argument 'y'. Usage: cloudways-tools audit verify FILE"],
    ['audit verify /nowhere', "The file can't be read (ENOENT). Name an audit file."],
    ['audit verify src', "The file can't be read (EISDIR). Name an audit file."],
    [
      'audit verify x --expect abc',
      '--expect is not a hash of an audit file. A hash has 64 digits from 0 to f.',
    ],
    ['tools extra', "tools takes no argument 'extra'. Usage: cloudways-tools tools"],
    ['call', 'call needs the name of a tool. cloudways-tools tools lists them.'],
    ['call restart_servr', "There is no tool 'restart_servr'. Did you mean restart_server?"],
    ['call xyz', "There is no tool 'xyz'. cloudways-tools tools lists the names."],
    [
      'call list_servers {"detail"',
      'The argument is not valid JSON. Write an object in quotes: \'{"server_id":"123"}\'.',
    ],
    ['call list_servers [1]', 'The argument is JSON, but not an object. Write one: \'{"server_id":"123"}\'.'],
    [
      'call list_servers {} {}',
      'call takes one JSON object, or name=value pairs. Put the JSON in quotes: \'{"server_id":"123"}\'.',
    ],
    [
      'call list_servers -',
      'What stdin holds is not valid JSON. Write an object in quotes: \'{"server_id":"123"}\'.',
    ],
  ])('%s', async (line, message) => {
    expect(await runHere(line.split(' '))).toEqual({
      code: 2,
      stdout: '',
      stderr: `cloudways-tools: ${message}\n`,
    })
  })

  it.each<[string, Record<string, string>, string]>([
    ['tools', { READONLY: '1' }, 'There is no variable READONLY. Did you mean READ_ONLY?'],
    [
      'stdio',
      { LOG_LEVEL: 'LOUD' },
      "LOG_LEVEL: 'LOUD' is none of DEBUG, INFO, WARNING, ERROR. The default is INFO.",
    ],
    ['http', { PORT: 'abc' }, "PORT: 'abc' is not a whole number from 0 to 65535. The default is 7000."],
    [
      'call list_servers',
      { CONFIRM_FALLBACK: 'page' },
      'CONFIRM_FALLBACK=page needs the page of cloudways-tools http or stdio; this command has none. Unset CONFIRM_FALLBACK here, or set it to two-step or refuse.',
    ],
    [
      'call list_servers',
      { CONFIRM_BY: 'page' },
      'CONFIRM_BY=page needs the page of cloudways-tools http or stdio; this command has none. Unset CONFIRM_BY here, or make the change through one of the two.',
    ],
    [
      'call restart_server server_id=1 --dry-run',
      {},
      "There is no flag --dry-run. To see what a change would do: cloudways-tools call preview_change tool=TOOL arguments='{...}'.",
    ],
    [
      'stdio',
      { AUDIT_FILE: '/nowhere/x' },
      "AUDIT_FILE: the file can't be written (ENOENT). Name a file in a folder that exists, both writable to this user.",
    ],
    [
      'call restart_server',
      { SERVERS: 'shop,*' },
      "SERVERS: '*' is not what it takes: ids or labels, without *. Fix it, or unset it.",
    ],
    [
      'http',
      { HOST: '0.0.0.0', CLOUDWAYS_ACCESS_TOKEN: 'cw_canary_token' },
      'HOST is not this machine, and the environment holds Cloudways credentials: anyone who reaches the server would use that account. Unset the credentials, so that each request brings its own; or set HOST to 127.0.0.1.',
    ],
    [
      'call restart_server',
      { READ_ONLY: 'true' },
      'restart_server is not visible: PRESET, TOOLSETS, TOOLS, EXCLUDE_TOOLS, READ_ONLY, SERVERS or APPS leaves it out. cloudways-tools tools lists what is.',
    ],
    [
      'http',
      { LOG_FILE: '/nowhere/x' },
      "LOG_FILE: the file can't be written (ENOENT). Name a file in a folder that exists.",
    ],
  ])('%s with %o', async (line, env, message) => {
    expect(await runHere(line.split(' '), { env })).toEqual({
      // A server that can't start is no mistake on the command line.
      code: /^(http|stdio)/.test(line) ? 1 : 2,
      stdout: '',
      stderr: `cloudways-tools: ${message}\n`,
    })
  })
})

it.each<[string, Record<string, string>, number, string]>([
  ['tols', {}, 2, "There is no command 'tols'. Did you mean tools?"],
  ['http', { PORT: 'abc' }, 1, "PORT: 'abc' is not a whole number from 0 to 65535. The default is 7000."],
])('%s with %o ends its process like that', async (line, env, code, message) => {
  expect(await run(line.split(' '), { env })).toEqual({
    code,
    stdout: '',
    stderr: `cloudways-tools: ${message}\n`,
  })
})

describe('help and version', () => {
  it('prints the version and nothing else', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    expect((await runHere(['http', '-v'])).stdout).toBe(`${version}\n`)
  })

  it('helps with all, and with one command, whatever the environment holds', async () => {
    const all = await runHere(['--help'], { env: { PORT: 'abc' } })
    expect(all.code).toBe(0)
    for (const word of [
      '[stdio]',
      'http',
      'tools',
      'call TOOL',
      'audit verify FILE',
      'keygen',
      'doctor',
      '--sandbox',
      'REDIS_URL',
    ]) {
      expect(all.stdout).toContain(word)
    }
    const one = await runHere(['tools', '-h'])
    expect(one.stdout).toBe(`List the visible tools.

Usage: cloudways-tools tools [FLAGS]

Flags:
  --json               Print all there is as JSON.
  --markdown           Print a page of what each tool takes, answers and calls, and of what has no tool.
  --sandbox            Use the built-in fake account instead of Cloudways. Needs no configuration.
  --config FILE        Read variables from this file, one NAME=value a line; what the environment has already stays.
  --help, -h           Print help, also for one command.
  --version, -v        Print the version.

cloudways-tools --help lists the environment variables.
`)
  })
})
