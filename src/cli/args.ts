/**
 * The command line: what there is, declared once, and a strict reading of what was given.
 *
 * @module
 */
import { parseArgs } from 'node:util'
import { nearest } from '../base/options.ts'
import { InputError } from '../errors.ts'
import { variableList } from '../server/config/variables.ts'

interface Flag {
  meaning: string
  /** The name of its value; a flag without one is a switch. */
  value?: string
  short?: string
}

export const flags = {
  sandbox: { meaning: 'Use the built-in fake account instead of Cloudways. Needs no configuration.' },
  config: {
    meaning: 'Read variables from this file, one NAME=value a line; what the environment has already stays.',
    value: 'FILE',
  },
  'print-config': { meaning: 'Print the configuration in force, secrets masked, and end.' },
  login: { meaning: 'Ask every client to sign in with a browser, also where there is an account.' },
  json: { meaning: 'Print all there is as JSON.' },
  expect: { meaning: 'A hash that was noted earlier: the file must still have its line.', value: 'HASH' },
  check: { meaning: 'Prove a key instead: of --file, of ENCRYPTION_KEY, or of stdin. It is never printed.' },
  file: { meaning: 'The file with the key; - is stdin.', value: 'FILE' },
  help: { meaning: 'Print help, also for one command.', short: 'h' },
  version: { meaning: 'Print the version.', short: 'v' },
} as const satisfies Record<string, Flag>

export type FlagName = keyof typeof flags

interface Command {
  summary: string
  usage: string
  flags: readonly FlagName[]
  /** The most arguments it takes. */
  most: number
  details?: string
}

export const commands = {
  stdio: {
    summary: 'Serve MCP on stdin and stdout (the default).',
    usage: '[stdio]',
    flags: [],
    most: 0,
  },
  http: {
    summary: 'Serve MCP over HTTP on http://localhost:7000/mcp.',
    usage: 'http',
    flags: ['login', 'print-config'],
    most: 0,
  },
  tools: { summary: 'List the visible tools.', usage: 'tools', flags: ['json'], most: 0 },
  call: {
    summary: 'Call one tool and print its answer as JSON.',
    usage: 'call TOOL [JSON | name=value ... | -]',
    flags: [],
    most: Number.POSITIVE_INFINITY,
    details: `Arguments are one JSON object, or name=value pairs; with - the JSON comes from stdin.
What needs a person's yes is asked on the terminal. Without one it is refused with the plan and a token; within ten
minutes, the same call with confirm=TOKEN goes through (CONFIRM_FALLBACK=refuse: it never does).
Exit code: 0 done, 1 refused or failed, 2 a mistake on the command line, 130 interrupted.`,
  },
  audit: {
    summary: 'Check that the lines of an AUDIT_FILE are one whole chain.',
    usage: 'audit verify FILE',
    flags: ['expect', 'json'],
    most: 2,
    details: `A whole chain proves that no line in it was changed, left out, put in or moved by itself, also at the front. It does
not prove that it is the chain that was written: there is no key in it, so whoever can write the file can cut lines
off its end, or make all of it anew. Note the printed hash elsewhere, and give it back with --expect: this proves all
lines up to the one that has it.
It also names the changes that were about to be sent and have no outcome: they may have happened.
Exit code: 0 whole, 1 broken, 2 a mistake on the command line or a file that can't be read.`,
  },
  keygen: {
    summary: 'Print a new ENCRYPTION_KEY, or check one.',
    usage: 'keygen',
    flags: ['check', 'file'],
    most: 0,
  },
  doctor: {
    summary: 'Check that what is configured here works.',
    usage: 'doctor',
    flags: [],
    most: 0,
    details:
      'It reads the configuration, writes to the storage and asks Cloudways once or twice. Exit code 1 when something fails.',
  },
} as const satisfies Record<string, Command>

export type CommandName = keyof typeof commands

/** Flags of every command. */
export const commonFlags: readonly FlagName[] = ['sandbox', 'config', 'help', 'version']

/** What was asked for. */
export interface Invocation {
  /** `undefined` when none was named: then it is `stdio`, and `--help` is about all of them. */
  command: CommandName | undefined
  /** Without the command. */
  arguments: string[]
  /** The switches that are on. */
  switches: ReadonlySet<FlagName>
  file: string | undefined
  config: string | undefined
  expect: string | undefined
}

/** @throws InputError, one line that names the nearest right command or flag. */
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
  const { most, usage } = commands[command ?? 'stdio']
  if (rest.length > most) {
    fail(`${command} takes no argument '${shown(rest[most] as string)}'.`, `Usage: cloudways-tools ${usage}`)
  }
  return {
    command,
    arguments: rest,
    switches: new Set(given.map((token) => token.name as FlagName)),
    file: lastOf('file'),
    config: lastOf('config'),
    expect: lastOf('expect'),
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
    fail(
      `There is no flag ${shown(rawName)}.`,
      meant
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
