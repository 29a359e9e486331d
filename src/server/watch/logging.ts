/**
 * Structured logs, to stderr and to a file. Secrets are removed here, from every line of every caller.
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { closeSync, openSync, writeSync } from 'node:fs'
import { redact } from '../../core/answer/redact.ts'
import { redactText, withoutKnown } from '../../core/answer/secret-net.ts'
import { InputError, isCloudwaysError } from '../../errors.ts'

export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'

/** The facts of a log line. Secrets are hidden by their name and by their form. An `error` is written with its stack. */
export type LogFields = Readonly<Record<string, unknown>>

/** Writes log lines. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warning(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** Whether lines of this level are written. If not, a caller can save the work of making them. */
  writes(level: LogLevel): boolean
  /** Close the log file. */
  close(): void
}

/** Options of {@link createLogger}. */
export interface LoggerOptions {
  /** The lowest level that is written. Default `INFO`. */
  level?: LogLevel
  /** `console` for people, `json` for one object a line. Default `console`. */
  format?: 'console' | 'json'
  /** Also append to this file. A new file gets mode 0600. */
  file?: string
  /** Values that are hidden wherever they occur. */
  secrets?: readonly string[]
  /** Where lines go. Default: stderr. */
  write?: (line: string) => void
}

/**
 * Fields that hold only words of this server. A client could send such a word as its "secret", and must not erase it
 * from the log.
 */
const ownFields = new Set([
  'request_id',
  'trace_id',
  'event',
  'reason',
  'address',
  'account',
  'outcome',
  'method',
  'status',
  'tool',
])

const levels: readonly LogLevel[] = ['DEBUG', 'INFO', 'WARNING', 'ERROR']

/** @throws InputError when the file can't be written. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'INFO', format = 'console', secrets = [] } = options
  const write = options.write ?? ((line: string) => void process.stderr.write(line))
  const lowest = levels.indexOf(level)
  let file = options.file === undefined ? undefined : openLog(options.file)

  function append(line: string): void {
    if (file === undefined) return
    try {
      writeSync(file, line)
    } catch (error) {
      // A full disk must not end the server. The lines still go to stderr.
      close()
      write(`cloudways-tools: LOG_FILE can't be written any more (${codeOf(error)}).\n`)
    }
  }

  function close(): void {
    if (file !== undefined) closeSync(file)
    file = undefined
  }

  function log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (levels.indexOf(level) < lowest) return
    const context = requestContext.getStore()
    const known = context ? [...secrets, ...context.secrets] : secrets
    const facts = {
      ...(context && { request_id: context.id }),
      ...(context?.trace && { trace_id: context.trace }),
      ...fields,
    }
    // First each value, because escaping could disguise a secret in it. Then the whole line, with our own secrets
    // only: a request could name any piece of the line as its secret, and a guess could hide words of ours.
    const safe = Object.fromEntries(
      Object.entries(plain(facts) as LogFields).map(([name, value]) => {
        const exact = isOwnError((facts as LogFields)[name])
        const options = { known: ownFields.has(name) ? secrets : known, exact }
        return [name, (redact({ [name]: value }, options) as LogFields)[name]]
      }),
    )
    const said = redactText(message, known)
    const line = format === 'json' ? jsonLine(level, said, safe) : consoleLine(level, said, safe)
    const scrubbed = `${withoutKnown(line, secrets)}\n`
    write(scrubbed)
    append(scrubbed)
  }

  return {
    debug: (message, fields) => log('DEBUG', message, fields),
    info: (message, fields) => log('INFO', message, fields),
    warning: (message, fields) => log('WARNING', message, fields),
    error: (message, fields) => log('ERROR', message, fields),
    writes: (level) => levels.indexOf(level) >= lowest,
    close,
  }
}

/** Errors of ours are sentences of ours. The cause of one may be anybody's. */
const isOwnError = (value: unknown) => isCloudwaysError(value) && value.cause === undefined

function openLog(path: string): number {
  try {
    return openSync(path, 'a', 0o600)
  } catch (error) {
    throw new InputError(
      `LOG_FILE: the file can't be written (${codeOf(error)}).`,
      'Name a file in a folder that exists.',
    )
  }
}

const codeOf = (error: unknown) => String((error as { code?: unknown }).code ?? 'unknown reason')

function jsonLine(level: LogLevel, message: string, fields: LogFields): string {
  return JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })
}

function consoleLine(level: LogLevel, message: string, fields: LogFields): string {
  const { error, ...facts } = fields
  const parts = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${shown(value)}`],
  )
  const head = [new Date().toISOString(), level.padEnd(7), message, ...parts].join(' ')
  return error === undefined ? head : `${head}\n${stackOf(error)}`
}

/** In quotes unless the text is simple, so that no value can look like a field or a line of its own. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(value)
}

function stackOf(error: unknown): string {
  const { stack, message, cause } = error as { stack?: string; message?: string; cause?: unknown }
  const lines = (stack ?? message ?? JSON.stringify(error)).split('\n').map((line) => `    ${line}`)
  return [...lines, ...(cause === undefined ? [] : ['    caused by', stackOf(cause)])].join('\n')
}

/** Errors become objects, and keys take the form that `redact` knows: `x-api-key` becomes `x_api_key`. */
function plain(value: unknown, depth = 0): unknown {
  if (depth > 6) return '[deeper]'
  if (value instanceof Error) {
    const { name, message, stack, code, cause } = value as Error & { code?: unknown }
    return plain(
      { name, message, stack, ...(code !== undefined && { code }), ...(cause !== undefined && { cause }) },
      depth + 1,
    )
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.replaceAll('-', '_'), plain(item, depth + 1)]),
  )
}

/** Facts about the current request, for the log lines that are written while it runs. */
export interface RequestContext {
  id: string
  /** The credentials of the request. They must never be written. */
  secrets: readonly string[]
  /** The id of the caller's trace, where its call names one. */
  trace?: string
  /** The tool that was called, if there was a call. */
  tool?: string
  /** To be called when it is known whose request this is: it then counts as no stranger's. */
  known?: () => void
  /** Why the request is refused, in words of ours. */
  reason?: string
  /** The hash of the account: that of the person who signed in, or else that of the credentials in the request. */
  account?: string
}

export const requestContext = new AsyncLocalStorage<RequestContext>()

/** Note for the log why the current request is refused. The answer may tell the client less. */
export function refusedBecause(reason: string): void {
  const context = requestContext.getStore()
  if (context) context.reason = reason
}
