/** Whether the place of the state works, asked before a server starts: a person reads then what is wrong. @module */
import { within } from '../../base/signal.ts'
import { type CloudwaysError, InputError, isCloudwaysError } from '../../errors.ts'
import type { Storage } from '../../types.ts'
import type { Config } from '../config/config.ts'

/** Seconds in which the folder of a disk that works answers. */
const folderSeconds = 5

/** Seconds for one write. Redis has two for a command, and locks on disk have more. */
const writeSeconds = 10

/**
 * Look at the folder of STORAGE_DIR, in a process of its own: a call that hangs in the system can't be ended, and would
 * keep this process from ending.
 *
 * @throws InputError when there is no answer.
 */
export async function checkFolderAnswers({ storageDir }: Pick<Config, 'storageDir'>): Promise<void> {
  if (storageDir === undefined || (await answersInTime(storageDir))) return
  throw new InputError(
    `STORAGE_DIR: the folder does not answer within ${folderSeconds} s.`,
    'Name a folder on a local disk, or mount its file system again.',
  )
}

const look = 'try { fs.opendirSync(process.argv[1]).closeSync() } catch {}'

async function answersInTime(dir: string): Promise<boolean> {
  // Not every runtime that loads this file has processes.
  const { spawn } = await import('node:child_process')
  return new Promise((done) => {
    const child = spawn(process.execPath, ['-e', look, dir], { stdio: 'ignore' })
    const timer = setTimeout(() => end(false), folderSeconds * 1000)
    function end(answered: boolean): void {
      clearTimeout(timer)
      child.kill('SIGKILL')
      child.unref()
      done(answered)
    }
    // Where no process can be started, the folder itself is asked later.
    child.once('error', () => end(true))
    child.once('exit', () => end(true))
  })
}

/**
 * Write to the storage once.
 *
 * @returns what is wrong, if it may pass by itself: a Redis that is down for now.
 * @throws InputError for what only a person can mend.
 */
export async function tryStorage(config: Config, storage: Storage): Promise<string | undefined> {
  const key = `start:${crypto.randomUUID()}`
  try {
    await within(writeSeconds * 1000, storage.set(key, true, { ttl: 60 }), late)
    await within(writeSeconds * 1000, storage.delete(key), late)
    return undefined
  } catch (error) {
    throwIfLasting(config, error)
    return error.message
  }
}

/** What Redis and TLS say while the URL is wrong. The code is in the words of the error. */
const lasting: readonly [code: RegExp, problem: string, next: string][] = [
  [
    /\b(WRONGPASS|NOAUTH|NOPERM|ERR invalid password)\b/,
    'Redis refused the login',
    'Fix the user and the password in it: redis://user:password@host:6379/0.',
  ],
  [/\b(no such database)\b/, 'Redis has no database of that number', 'Fix the number at its end.'],
  [
    /\b((?:ERR_SSL|ERR_TLS)_\w+|\w*CERT\w*)\b/,
    'no secure connection can be made',
    'rediss:// is TLS and redis:// is not. Write what the server speaks, with a host name that is in its certificate.',
  ],
]

function throwIfLasting(config: Config, error: unknown): asserts error is CloudwaysError {
  if (!isCloudwaysError(error)) throw error
  if (error.code === 'invalid_input' || config.storageDir !== undefined) throw inOperatorsWords(error)
  for (const [code, problem, next] of lasting) {
    const found = code.exec(error.message)?.[1]
    if (found) throw new InputError(`REDIS_URL: ${problem} (${found}).`, next)
  }
}

/** The library speaks of its functions and options. Who runs a server has set variables. */
export function inOperatorsWords(error: unknown): unknown {
  if (!isCloudwaysError(error)) return error
  const message = error.message
    .replace(/^fsStorage: /, 'STORAGE_DIR: ')
    .replace(/^Redis needs /, 'REDIS_URL needs ')
    .replace(/^Storage on disk failed: /, 'STORAGE_DIR: the folder cannot be used: ')
  if (message === error.message) return error
  const next =
    error.code === 'upstream_failed'
      ? 'Name a folder that this process may write to, on a local disk that is not full.'
      : error.next.replaceAll("'dir'", 'STORAGE_DIR')
  return new InputError(message, next)
}

const late = () =>
  new InputError(`The storage does not answer within ${writeSeconds} s.`, 'Look at STORAGE_DIR or REDIS_URL.')
