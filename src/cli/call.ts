/** `cloudways-tools call TOOL [JSON]`: one call of one tool. @module */

import { lstatSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { nearest } from '../base/options.ts'
import { spelledOut } from '../base/text.ts'
import type { Cloudways } from '../cloudways.ts'
import { calledName } from '../core/declare/called.ts'
import type { JsonSchema } from '../core/declare/node.ts'
import type { ToolDescription } from '../core/types/description.ts'
import type { Plan } from '../core/types/plan.ts'
import { type CloudwaysError, errorText, InputError, isCloudwaysError } from '../errors.ts'
import { readConfig, secretsOf } from '../server/config/config.ts'
import { openServices } from '../server/http/services.ts'
import { withConfirmations } from '../server/http/state.ts'
import { visibleTools } from '../server/http/tools.ts'
import { createLogger } from '../server/watch/logging.ts'
import { fsStorage } from '../storage/fs.ts'
import { memoryStorage } from '../storage/memory.ts'
import type { Storage } from '../types.ts'
import { type Invocation, sandboxOf } from './args.ts'
import { note, noteOutside, onStop, printJson, readStdin } from './output.ts'
import { planText, terminalOf } from './terminal.ts'

/** The longest arguments that are read from stdin. */
const maxInputBytes = 1024 * 1024

export async function runCall(invocation: Invocation): Promise<number> {
  const [name, ...rest] = invocation.arguments
  if (name === undefined) {
    throw new InputError('call needs the name of a tool.', 'cloudways-tools tools lists them.')
  }
  const config = readConfig(process.env)
  // A mistake on the command line is reported before anything is connected.
  const visible = visibleTools(config)
  const { inputSchema } = toolNamed(name, visible)
  const input = await readInput(rest, inputSchema)

  const terminal = terminalOf()
  const sandbox = await sandboxOf(invocation)
  const services = await openServices(config, {
    fallback: 'two-step',
    confirmations: sandbox ? openSandboxConfirmations : openConfirmations,
    onSecrets: terminal?.keepSecrets,
    sandbox,
    tell: note,
    // For the one message that must not be lost: the audit file can't be written.
    logger: createLogger({ level: 'ERROR', secrets: secretsOf(config) }),
  })
  const abort = new AbortController()
  /** The exit code of a signal, once there was one. */
  let interrupted = 0
  const stopListening = onStop((_, exitCode) => {
    interrupted = exitCode
    abort.abort()
  })
  try {
    const answer = await services.cloudways.call(name as keyof Cloudways['tools'], input as never, {
      signal: abort.signal,
      confirm: terminal?.confirm,
      onProgress: (elapsed, message) => note(`${Math.round(elapsed)} s: ${message}`),
    })
    printJson(answer)
    await terminal?.waitForReader(abort.signal)
    return interrupted
  } catch (error) {
    if (interrupted) {
      note(
        terminal?.asking()
          ? 'Interrupted. Nothing was changed.'
          : 'Interrupted. What was already sent to Cloudways is not undone.',
      )
      return interrupted
    }
    if (!isCloudwaysError(error)) throw error
    if (error.details.plan) note(`${planText(error.details.plan as Plan)}\n`)
    note(terminal ? errorText(error) : withoutTerminal(error))
    for (const row of candidatesOf(error)) noteOutside(row)
    return 1
  } finally {
    stopListening()
    terminal?.close()
    await services.dispose()
  }
}

/** What a name may have meant, one in a line. Labels are anybody's words. */
function candidatesOf({ details }: CloudwaysError): string[] {
  const rows = Array.isArray(details.candidates) ? details.candidates : []
  return rows.map((row) => `  ${spelledOut(JSON.stringify(row))}`)
}

/** What to do where nobody is at a terminal. The ways of other programs to a person do not help here. */
function withoutTerminal(error: CloudwaysError): string {
  const { plan, confirm, yeses } = error.details
  // Two people are asked by no terminal either.
  if (plan === undefined || yeses !== undefined) return errorText(error)
  const asks = 'Run the same command in a terminal: it asks the person there.'
  if (confirm === undefined) return `${error.message} Nobody can be asked here. ${asks}`
  // The form of an argument on the command line.
  return `${errorText(error).replace(/confirm: "([\da-f-]+)"/, 'confirm=$1')} ${asks.replace('Run', 'Or run')}`
}

/** The tool that is meant: by any name that a call can have. @throws InputError */
function toolNamed(name: string, { tools, adapter, list }: Cloudways): ToolDescription {
  const own = calledName(name, tools)
  const found = [...adapter.reached(), ...list()].find((tool) => tool.name === own)
  if (found) return found
  const { tools: all } = visibleTools(readConfig({ PRESET: 'all' }))
  if (Object.hasOwn(all, calledName(name, all))) {
    throw new InputError(
      `${name} is not visible: PRESET, TOOLSETS, TOOLS, EXCLUDE_TOOLS, READ_ONLY, SERVERS or APPS leaves it out.`,
      'cloudways-tools tools lists what is.',
    )
  }
  const meant = nearest(name, Object.keys(tools))
  throw new InputError(
    `There is no tool '${name.slice(0, 60)}'.`,
    meant ? `Did you mean ${meant}?` : 'cloudways-tools tools lists the names.',
  )
}

async function readInput(given: readonly string[], schema: JsonSchema | undefined): Promise<unknown> {
  const [first] = given
  if (first === undefined) return {}
  if (given.length === 1 && first === '-') {
    const text = await readStdin(maxInputBytes)
    if (text === undefined)
      throw new InputError(`stdin holds more than ${maxInputBytes} bytes.`, 'Send less.')
    return parseObject(text, 'What stdin holds')
  }
  if (given.every((text) => /^\w+=/.test(text))) return parsePairs(given, schema)
  if (given.length > 1) {
    throw new InputError(
      'call takes one JSON object, or name=value pairs.',
      `Put the JSON in quotes: '{"server_id":"123"}'.`,
    )
  }
  return parseObject(first, 'The argument')
}

function parseObject(text: string, what: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The message repeats neither the text nor the parser's excerpt of it: an argument may be a password.
    throw new InputError(`${what} is not valid JSON.`, `Write an object in quotes: '{"server_id":"123"}'.`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new InputError(`${what} is JSON, but not an object.`, `Write one: '{"server_id":"123"}'.`)
}

/** The arguments from `name=value` pairs. Where the tool's schema wants a text, a number stays a text. */
function parsePairs(pairs: readonly string[], schema: JsonSchema | undefined): Record<string, unknown> {
  const properties = schema?.properties as Record<string, { type?: string }> | undefined
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      const name = pair.slice(0, at)
      // The token of a confirmation is in no schema. It is a text, even if it looks like a number.
      const type = name === 'confirm' ? 'string' : properties?.[name]?.type
      return [name, readText(pair.slice(at + 1), type)]
    }),
  )
}

function readText(text: string, type: string | undefined): unknown {
  if (type === 'string') return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return type === 'array' ? text.split(',') : text
  }
}

/**
 * Where records for the next process are kept: a private folder of this user. It holds the tokens of confirmations, and
 * which changes were made, so that a repeated command does not make a change twice. These are hashes and operation
 * handles, most of them for ten minutes.
 */
function openConfirmations(): Storage {
  const uid = process.getuid?.() ?? -1
  const dir = join(tmpdir(), `cloudways-tools-confirm-${userName() ?? uid}`)
  const storage = fsStorage({ dir })
  const found = lstatSync(dir)
  // The temporary folder is shared: another user may have made this one, to read tokens or to plant some.
  if (found.isDirectory() && (uid === -1 || found.uid === uid)) return storage
  throw new InputError(
    `The folder ${dir} belongs to somebody else, and confirmations can't be kept in it.`,
    'Set STORAGE_DIR and ENCRYPTION_KEY, or call from a terminal.',
  )
}

/** `undefined` for a user without an entry in the list of users, as many containers run with. */
function userName(): string | undefined {
  try {
    return userInfo().username.replaceAll(/\W/g, '_')
  } catch {
    return undefined
  }
}

/** Only confirmations outlive the process: each process has a new sandbox, without the changes of the one before. */
function openSandboxConfirmations(): Storage {
  return withConfirmations(memoryStorage(), openConfirmations, ['confirm:'])
}
