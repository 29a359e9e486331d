/** Secrets in files: `NAME_FILE` names the file that holds the value of `NAME`. @module */
import { readFileSync } from 'node:fs'
import { InputError } from '../../errors.ts'
import { type Environment, isAccountFile, isSet } from './names.ts'
import { accountFilePrefix, accountPrefix, variableList } from './variables.ts'

/** An environment in which the files are read. */
export interface Filled {
  env: Environment
  /** The variable that the person set: errors speak of that one. */
  nameOf(variable: string): string
}

/** The variables that name a file, each with the variable whose value is in the file. */
function pairsIn(env: Environment): [file: string, target: string][] {
  const own = variableList.flatMap(([name, { fileOf }]) =>
    fileOf && isSet(env, name) ? [[name, fileOf] as [string, string]] : [],
  )
  const further = Object.keys(env)
    .filter((name) => isAccountFile(name) && isSet(env, name))
    .map((name): [string, string] => [name, accountPrefix + name.slice(accountFilePrefix.length)])
  return [...own, ...further]
}

/** @throws InputError for a file that can't be read or is empty, and for a value that is set in both ways. */
export function readFiles(given: Environment): Filled {
  const names = new Map<string, string>()
  const env: Record<string, string | undefined> = { ...given }
  for (const [file, target] of pairsIn(given)) {
    if (isSet(given, target)) {
      throw new InputError(
        `${target} and ${file} are both set, but one value is wanted.`,
        'Unset one of them.',
        { variable: file },
      )
    }
    env[target] = textOf(file, (given[file] as string).trim())
    names.set(target, file)
  }
  return { env, nameOf: (variable) => names.get(variable) ?? variable }
}

/** What the files of an environment hold, as far as they can be read: for hiding it. */
export const textsOf = (env: Environment): string[] =>
  pairsIn(env).flatMap(([file]) => {
    try {
      return [textOf(file, (env[file] as string).trim())]
    } catch {
      return []
    }
  })

const mostCharacters = 64 * 1024

function textOf(variable: string, path: string): string {
  const refuse = (why: string, next: string) =>
    new InputError(`${variable}: the file ${why}.`, next, { variable })
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)).trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const isBinary = code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    throw isBinary || code === undefined
      ? refuse('is not UTF-8', 'Write the value into it as plain text.')
      : refuse(`can't be read (${code})`, 'Give the path of a file that this process may read.')
  }
  if (text === '') throw refuse('is empty', 'Write the value into it, or unset the variable.')
  if (text.length > mostCharacters) throw refuse('is too long for a secret', 'Give the right file.')
  return text
}
