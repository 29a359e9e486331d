/**
 * One value of the environment: from text to its type, or an error that names the nearest right one.
 *
 * @module
 */

import { mayCarrySecrets } from '../../base/loopback.ts'
import { nearest } from '../../base/options.ts'
import { redactText } from '../../core/answer/secret-net.ts'
import { InputError } from '../../errors.ts'
import type { Variable } from './variables.ts'

/** @throws InputError that never repeats the value of a secret. */
export function parseValue(
  name: string,
  variable: Variable,
  text: string,
): string | number | boolean | readonly string[] {
  switch (variable.kind) {
    case 'integer':
    case 'number':
      return parseNumber(name, variable, text)
    case 'boolean':
      return parseBoolean(name, text)
    case 'enum':
      return parseEnum(name, variable, text)
    case 'list':
      return parseList(name, variable, text)
    case 'url':
      return parseUrl(name, variable, text)
    default:
      if (variable.pattern && !variable.pattern.test(text)) refuse(name, `must be ${variable.expects}.`)
      return text
  }
}

const default_ = (variable: Variable) =>
  variable.default === undefined ? undefined : `The default is ${variable.default}.`

function parseNumber(name: string, variable: Variable, text: string): number {
  const { least = 0, most = Number.MAX_SAFE_INTEGER } = variable
  const whole = variable.kind === 'integer'
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value
  // `30s` and `1e3` say nearly what they mean.
  const meant = Number.parseFloat(text)
  const near = Math.min(most, Math.max(least, whole ? Math.round(meant) : meant))
  refuse(
    name,
    `${quote(text)} is not a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`,
    Number.isNaN(near) ? default_(variable) : `Did you mean ${near}?`,
  )
}

function parseBoolean(name: string, text: string): boolean {
  if (text === 'true' || text === '1') return true
  if (text === 'false' || text === '0') return false
  const meant = /^(t|y|on|en)/i.test(text) ? true : /^(f|n|of|dis)/i.test(text) ? false : undefined
  refuse(
    name,
    `${quote(text)} is neither true nor false (1 and 0 are accepted too).`,
    meant === undefined ? 'Set true or false.' : `Did you mean ${meant}?`,
  )
}

function parseEnum(name: string, variable: Variable, text: string): string {
  const values = variable.values ?? []
  if (values.includes(text)) return text
  if (variable.pendingValues?.includes(text)) {
    refuse(name, `${quote(text)} is not supported by this version.`, `Accepted: ${values.join(', ')}.`)
  }
  const meant = nearest(text, values)
  refuse(
    name,
    `${quote(text)} is none of ${values.join(', ')}.`,
    meant ? `Did you mean ${meant}?` : default_(variable),
  )
}

function parseList(name: string, { pattern, expects }: Variable, text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim())
  if (items.includes('')) refuse(name, 'has an empty entry.', 'Separate the names with one comma each.')
  const odd = pattern && items.find((item) => !pattern.test(item))
  if (odd !== undefined) refuse(name, `${quote(odd)} is not what it takes: ${expects}.`)
  return items
}

function parseUrl(name: string, variable: Variable, text: string): string {
  const schemes = variable.schemes ?? []
  const form = schemes.map((scheme) => `${scheme}://`).join(' or ')
  const example = `For example ${variable.example ?? variable.default}.`
  // Not repeated: a URL may hold a password, also where none belongs.
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !schemes.includes(url.protocol.slice(0, -1)) || url.hostname === '') {
    refuse(name, `must be a URL that begins with ${form}.`, example)
  }
  if (url.hash) refuse(name, 'must have no part after #.', example)
  if (variable.password) return text
  if (url.username || url.password || url.search) {
    refuse(name, 'must have no user, password and query.', example)
  }
  if (variable.secure && !mayCarrySecrets(url)) {
    refuse(name, 'must be an https URL: http is for this machine only.', example)
  }
  return text.replace(/\/+$/, '')
}

function quote(text: string): string {
  // A token may have landed in the wrong variable.
  return `'${redactText(text).replaceAll(/\s+/g, ' ').slice(0, 60)}'`
}

function refuse(name: string, problem: string, next = 'Fix it, or unset it.'): never {
  throw new InputError(`${name}: ${problem}`, next, { variable: name })
}
