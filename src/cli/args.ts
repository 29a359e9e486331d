/** The command line: its commands and flags, declared once, and a strict reading of the arguments. @module */
import { parseArgs } from 'node:util'
import { nearest } from '../base/options.ts'
import { InputError } from '../errors.ts'
import type { Sandbox } from '../sandbox/index.ts'
import { variableList } from '../server/config/variables.ts'

interface Flag {
  about: string
  /** The name of the flag's value, for the help. A flag without a value is a switch. */
  value?: string
  short?: string
}

export const flags = {
  sandbox: { about: 'Use the built-in fake account instead of Cloudways. Needs no configuration.' },
  config: {
    about: 'Read variables from this file, one NAME=value a line; what the environment has already stays.',
    value: 'FILE',
  },
  'print-config': { about: 'Print the configuration in force, secrets masked, and end.' },
  login: { about: 'Ask every client to sign in with a browser, even if the environment holds an account.' },
  json: { about: 'Print all there is as JSON.' },
  markdown: { about: 'Print a page of what each tool takes, answers and calls, and of what has no tool.' },
  expect: {
    about: 'A hash that was noted earlier. The file must still hold the line with it.',
    value: 'HASH',
  },
  check: { about: 'Check a key instead: from --file, ENCRYPTION_KEY or stdin. The key is never printed.' },
  file: { about: 'The file with the key; - is stdin.', value: 'FILE' },
  reason: { about: 'Why; whoever is refused reads it. At most 200 characters.', value: 'TEXT' },
  resume: { about: 'Let changes go on.' },
  print: { about: 'Print what would be written, and where; write nothing.' },
  url: { about: 'The address of a server that runs already; each client signs in there.', value: 'URL' },
  replace: { about: 'Take the place of another server of this name.' },
  help: { about: 'Print help, also for one command.', short: 'h' },
  version: { about: 'Print the version.', short: 'v' },
} as const satisfies Record<string, Flag>

export type FlagName = keyof typeof flags

interface Command {
  summary: string
  usage: string
  flags: readonly FlagName[]
  maxArguments: number
  details?: string
}

export const commands = {
  stdio: {
    summary: 'Serve MCP on stdin and stdout (the default).',
    usage: '[stdio]',
    flags: [],
    maxArguments: 0,
    details: `A change that needs a person's yes opens a page in the browser of this computer. Where no browser opens, the
page asks for the credentials of the account; with --sandbox, its access token is printed on stderr then.`,
  },
  http: {
    summary: 'Serve MCP over HTTP on http://localhost:7000/mcp.',
    usage: 'http',
    flags: ['login', 'print-config'],
    maxArguments: 0,
    details: `Pages that ask for credentials take those of the account. With --sandbox, its access token is printed at the start.
Exit code: 0 stopped, 1 not started (the line on stderr says why), 2 a mistake on the command line.`,
  },
  tools: { summary: 'List the visible tools.', usage: 'tools', flags: ['json', 'markdown'], maxArguments: 0 },
  call: {
    summary: 'Call one tool and print its answer as JSON.',
    usage: 'call TOOL [JSON | name=value ... | -]',
    flags: [],
    maxArguments: Number.POSITIVE_INFINITY,
    details: `Arguments are one JSON object, or name=value pairs; with - the JSON comes from stdin.
A change that needs a person's yes is asked about on the terminal. Without a terminal, the call is refused with the
plan and a token: within ten minutes, the same call with confirm=TOKEN goes through. With CONFIRM_FALLBACK=refuse it
never does, and neither does a change of what PROTECT names: that needs the terminal.
Exit code: 0 done, 1 refused or failed, 2 a mistake on the command line, 130 interrupted.`,
  },
  audit: {
    summary: 'Check that the lines of an AUDIT_FILE are one whole chain.',
    usage: 'audit verify FILE',
    flags: ['expect', 'json'],
    maxArguments: 2,
    details: `A whole chain proves that no single line was changed, removed, inserted or moved, not even at the front. It does not
prove that the whole chain is the one that was written. The chain has no key: anyone who can write the file can cut
lines off its end, or make a new chain. So note the printed hash elsewhere, and give it back with --expect. That proves
all lines up to the one with this hash.
The command also names the changes that were about to be sent and have no outcome: they may have happened.
Exit code: 0 whole, 1 broken, 2 a mistake on the command line or a file that can't be read.`,
  },
  'stop-changes': {
    summary: 'Stop every change of every process on this storage, or let them go on.',
    usage: 'stop-changes',
    flags: ['reason', 'resume', 'json'],
    maxArguments: 0,
    details: `It writes to the storage of the configuration: REDIS_URL or STORAGE_DIR. Each process reads that before a change is
sent, so all replicas stop within a second; a change whose call has a yes already is refused too. Reads go on, and what
Cloudways has begun is not ended. A server that keeps its state in memory is stopped on its page /stop.
Exit code: 0 done, 1 the storage does not answer, 2 a mistake on the command line or no such storage.`,
  },
  install: {
    summary: 'Add the server to Claude Code, Claude Desktop, Cursor, VS Code, Windsurf, Codex or Gemini CLI.',
    usage: 'install [CLIENT] [NAME=value ...]',
    flags: ['print', 'url', 'replace'],
    maxArguments: Number.POSITIVE_INFINITY,
    details: `Without CLIENT it lists the clients and their files. Everything else in the file stays as it is; a file that can't be
read is not touched. NAME=value sets variables of the server, for example READ_ONLY=true. No secret is written: the
first call gives a link, where a person signs in.`,
  },
  help: {
    summary: 'Print a page of the documentation, or list the pages.',
    usage: 'help [TOPIC]',
    flags: [],
    maxArguments: 1,
  },
  keygen: {
    summary: 'Print a new ENCRYPTION_KEY, or check one.',
    usage: 'keygen',
    flags: ['check', 'file'],
    maxArguments: 0,
  },
  doctor: {
    summary: 'Check that what is configured here works.',
    usage: 'doctor',
    flags: ['json'],
    maxArguments: 0,
    details: `It reads the configuration, writes to the storage, asks Cloudways once or twice, and asks the server at AUTH_BASE_URL.
With --json: ok, and checks, each with check, ok, note, detail and perhaps fix. Exit code 1 when something fails.`,
  },
} as const satisfies Record<string, Command>

export type CommandName = keyof typeof commands

/** Flags of every command. */
export const commonFlags: readonly FlagName[] = ['sandbox', 'config', 'help', 'version']

/** What the command line asks for. */
export interface Invocation {
  /** `undefined` when no command was named: then `stdio` runs, and `--help` is about all commands. */
  command: CommandName | undefined
  /** The arguments after the command. */
  arguments: string[]
  /** The switches that are on. */
  switches: ReadonlySet<FlagName>
  file: string | undefined
  config: string | undefined
  expect: string | undefined
  reason: string | undefined
  url: string | undefined
}

/** @throws InputError, one line that names the nearest command or flag that exists. */
export function readArguments(args: readonly string[]): Invocation {
  const options = Object.fromEntries(
    Object.entries<Flag>(flags).map(([name, { value, short }]) => [
      name,
      { type: value ? ('string' as const) : ('boolean' as const), ...(short && { short }) },
    ]),
  )
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const positionals = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  const command = commandOf(positionals)
  const given = tokens.filter((token) => token.kind === 'option')
  const lastOf = (flag: FlagName) => given.findLast(({ name }) => name === flag)?.value
  for (const { name, rawName, value } of given) checkFlag(command ?? 'stdio', name, rawName, value)
  const twice = given.find(
    ({ name, value }, index) => value && given.findIndex((one) => one.name === name) < index,
  )
  if (twice) fail(`${twice.rawName} is given twice.`, 'Give it once.')

  const rest = positionals.slice(1)
  const { maxArguments, usage } = commands[command ?? 'stdio']
  if (rest.length > maxArguments) {
    fail(
      `${command} takes no argument '${shown(rest[maxArguments] as string)}'.`,
      `Usage: cloudways-tools ${usage}`,
    )
  }
  return {
    command,
    arguments: rest,
    switches: new Set(given.map((token) => token.name as FlagName)),
    file: lastOf('file'),
    config: lastOf('config'),
    expect: lastOf('expect'),
    reason: lastOf('reason'),
    url: lastOf('url'),
  }
}

function commandOf([name]: readonly string[]): CommandName | undefined {
  if (name === undefined) return undefined
  if (Object.hasOwn(commands, name)) return name as CommandName
  const meant = nearest(name, Object.keys(commands))
  const isTool = /^[a-z]+(_[a-z]+)+$/.test(name)
  return fail(
    `There is no command '${shown(name)}'.`,
    meant
      ? `Did you mean ${meant}?`
      : isTool
        ? `To call a tool: cloudways-tools call ${name}`
        : `Commands: ${Object.keys(commands).join(', ')}.`,
  )
}

function checkFlag(command: CommandName, name: string, rawName: string, value: string | undefined): void {
  const allowed: readonly string[] = [...commands[command].flags, ...commonFlags]
  if (!Object.hasOwn(flags, name)) {
    const variable = variableList.find(([variable]) => variable === name.toUpperCase().replaceAll('-', '_'))
    const meant = nearest(name, allowed)
    const isDryRun = command === 'call' && /^(dry|what|preview|plan|simulate|check-?only|noop|n$)/.test(name)
    fail(
      `There is no flag ${shown(rawName)}.`,
      isDryRun
        ? `To see what a change would do: cloudways-tools call preview_change tool=TOOL arguments='{...}'.`
        : meant
          ? `Did you mean --${meant}?`
          : variable
            ? `Set the environment variable ${variable[0]}.`
            : `Flags of ${command}: ${allowed.map((flag) => `--${flag}`).join(', ')}.`,
    )
  }
  if (!allowed.includes(name)) {
    const owners = Object.entries<Command>(commands).filter(([, { flags }]) =>
      flags.includes(name as FlagName),
    )
    fail(
      `${command} has no flag --${name}.`,
      `It belongs to ${owners.map(([owner]) => owner).join(' and ')}.`,
    )
  }
  const { value: wanted } = flags[name as FlagName] as Flag
  if (wanted && value === undefined) fail(`--${name} needs a value.`, `Write --${name} ${wanted}.`)
  if (!wanted && value !== undefined) fail(`--${name} takes no value.`, `Write --${name} alone.`)
}

const shown = (text: string) => text.replaceAll(/\s+/g, ' ').slice(0, 60)

function fail(message: string, next: string): never {
  throw new InputError(message, next)
}

/** The built-in fake account. Its code is loaded only with `--sandbox`. */
export async function sandboxOf({ switches }: Invocation): Promise<Sandbox | undefined> {
  return switches.has('sandbox') ? (await import('../sandbox/index.ts')).createSandbox() : undefined
}
