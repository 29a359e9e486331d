/** One server more in a file that is somebody else's: nothing else in it changes, or nothing is written. @module */
import { isDeepStrictEqual } from 'node:util'
import { applyEdits, modify, type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import { parse as parseToml, stringify, TomlError } from 'smol-toml'
import { InputError } from '../errors.ts'
import type { Client } from '../server/clients.ts'

/** The name of our entry. */
export const entryName = 'cloudways'

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Objects of the TOML parser have no prototype. */
const isSame = (one: unknown, other: unknown): boolean => isDeepStrictEqual(plain(one), plain(other))
const plain = (value: unknown): unknown => value && JSON.parse(JSON.stringify(value))

type Form = Pick<Client, 'format' | 'field'>

/** A file that has our entry and nothing else. */
export const snippetOf = ({ format, field }: Form, entry: object): string =>
  format === 'toml'
    ? `${stringify({ [field]: { [entryName]: entry } }).trim()}\n`
    : `${JSON.stringify({ [field]: { [entryName]: entry } }, null, 2)}\n`

/**
 * The text with our entry.
 *
 * @param text what the file holds; empty when there is none.
 * @returns the same text when the entry is there already.
 * @throws InputError for a file that can't be read as what it should be, and for another entry of our name.
 */
export function withEntry(text: string, form: Form, entry: object, isReplaced = false): string {
  const before = form.format === 'toml' ? readToml(text) : readJson(text)
  const servers = before[form.field] ?? {}
  if (!isObject(servers)) throw refusal(`${form.field} in it is no table of servers`)
  const there = servers[entryName]
  if (isSame(there, { ...entry })) return text
  if (there !== undefined && !isReplaced) {
    throw new InputError(
      `There is a server ${entryName} already, and it is another one. Nothing was changed.`,
      '--print shows what would be written; --replace takes the place of the old one.',
    )
  }
  if (there !== undefined && form.format === 'toml') {
    throw new InputError(
      `There is a server ${entryName} already. Nothing was changed.`,
      `Change it by hand: --print shows what it should be.`,
    )
  }
  const after = form.format === 'toml' ? appended(text, form, entry) : edited(text, form, entry)
  const wanted = { ...before, [form.field]: { ...servers, [entryName]: { ...entry } } }
  // The whole is read again: what was there must be there still.
  const isWhole = isSame(form.format === 'toml' ? tryToml(after) : readJson(after), wanted)
  if (!isWhole) throw refusal('one more server has no place in its form')
  return after
}

function edited(text: string, { field }: Form, entry: object): string {
  const [indent = '  '] = /^[ \t]+(?=")/m.exec(text) ?? []
  const formattingOptions = {
    insertSpaces: !indent.includes('\t'),
    tabSize: indent.includes('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
  const base = text.trim() === '' ? '{}\n' : text
  return applyEdits(base, modify(base, [field, entryName], { ...entry }, { formattingOptions }))
}

const appended = (text: string, form: Form, entry: object): string =>
  `${text.trim() === '' ? '' : `${text.replace(/\s*$/, '')}\n\n`}${snippetOf(form, entry)}`

function readJson(text: string): Json {
  if (text.trim() === '') return {}
  const errors: ParseError[] = []
  const value = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true })
  const [first] = errors
  if (first) {
    const line = text.slice(0, first.offset).split('\n').length
    throw refusal(`line ${line} of it is no JSON (${printParseErrorCode(first.error)})`)
  }
  if (!isObject(value)) throw refusal('it is no JSON object')
  return value
}

function readToml(text: string): Json {
  try {
    return parseToml(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    throw refusal(`line ${error.line} of it is no TOML`)
  }
}

const tryToml = (text: string): Json | undefined => {
  try {
    return parseToml(text)
  } catch {
    return undefined
  }
}

const refusal = (why: string) =>
  new InputError(`The file was not touched: ${why}.`, 'Mend it, or write the server by hand: see --print.')
