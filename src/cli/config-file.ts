/**
 * A file of variables, one `NAME=value` a line. An unclear line is refused: it could be a guard, which would be off.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { nearest } from '../base/options.ts'
import { InputError } from '../errors.ts'
import { isFurther } from '../server/config/names.ts'
import { variableList } from '../server/config/variables.ts'

const names = variableList.map(([name]) => name as string)

/** Single quotes may hold any text. Elsewhere, a character that a shell would interpret is refused. */
const line =
  /^(?:export\s+)?([A-Za-z_]\w*)=(?:'([^']*)'|"([^"\\$`]*)"|([^\s'"\\#$`](?:[^'"\\#$`]*[^\s'"\\#$`])?)?)(?:\s+#.*)?$/

/**
 * Put the variables of a file into `env`. A variable that `env` already has stays as it is.
 *
 * @throws InputError that names the line. It never repeats a value.
 */
export function readConfigFile(path: string, env: Record<string, string | undefined>): void {
  const found: Record<string, string> = {}
  for (const [index, text] of textOf(path).split(/\r?\n/).entries()) {
    const trimmed = text.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const where = `--config: line ${index + 1} of ${path}`
    const match = line.exec(trimmed)
    if (!match) {
      const isSpaced = /^(?:export\s+)?[A-Za-z_]\w*(?:\s+=|=\s)/.test(trimmed)
      throw new InputError(
        `${where} is not NAME=value${isSpaced ? ': a blank is beside the =' : ''}.`,
        isSpaced
          ? 'Write it without blanks around the =.'
          : "Put a value with quotes, $, # or \\ in it into single quotes: NAME='value'.",
      )
    }
    const [, name = '', single, double, bare = ''] = match
    if (!names.includes(name) && !isFurther(name)) {
      const near = nearest(name.toUpperCase(), names)
      throw new InputError(
        `${where}: there is no variable ${name.slice(0, 60)}.`,
        near ? `Did you mean ${near}?` : 'cloudways-tools --help lists the variables.',
      )
    }
    if (Object.hasOwn(found, name))
      throw new InputError(`${where}: ${name} is set twice.`, 'Keep one of them.')
    found[name] = single ?? double ?? bare
  }
  for (const [name, value] of Object.entries(found)) env[name] ??= value
}

function textOf(path: string): string {
  try {
    // Another encoding is refused here: read as UTF-8, every line of it would be an unknown name.
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : code
    throw new InputError(`--config: ${path} can't be read (${why}).`, 'Name a text file.')
  }
}
