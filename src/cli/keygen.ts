/** `cloudways-tools keygen`: makes an encryption key, or checks one. @module */
import { readFile } from 'node:fs/promises'
import { checkKey, generateKey } from '../crypto/key.ts'
import { InputError } from '../errors.ts'
import type { Invocation } from './args.ts'
import { note, readStdin } from './output.ts'

export async function runKeygen({ switches, file }: Invocation): Promise<number> {
  if (!switches.has('check')) {
    if (file !== undefined)
      throw new InputError('--file goes with --check.', 'Write keygen --check --file FILE.')
    process.stdout.write(`${generateKey()}\n`)
    return 0
  }
  const { text, source } = await readKeys(file)
  const keys = text
    .trim()
    .split(',')
    .map((key) => key.trim())
  for (const [index, key] of keys.entries()) {
    try {
      checkKey(key)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      // Without the error's advice to make a key: this one may only have lost a character.
      note(`${source}${keys.length > 1 ? `, key ${index + 1} of ${keys.length}` : ''}: ${error.message}`)
      return 1
    }
  }
  process.stdout.write(`${source}: ${keys.length === 1 ? 'a good key' : `${keys.length} good keys`}\n`)
  return 0
}

async function readKeys(file: string | undefined): Promise<{ text: string; source: string }> {
  const { ENCRYPTION_KEY } = process.env
  if (file !== undefined && file !== '-') {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new InputError(`The file can't be read (${error.code}).`, 'Name a file that holds the key.')
    })
    return { text, source: 'The file' }
  }
  if (file === undefined && ENCRYPTION_KEY) return { text: ENCRYPTION_KEY, source: 'ENCRYPTION_KEY' }
  if (process.stdin.isTTY) {
    throw new InputError('There is no key to check.', 'Set ENCRYPTION_KEY, name a file, or pipe it to stdin.')
  }
  return { text: (await readStdin(64 * 1024)) ?? '', source: 'stdin' }
}
