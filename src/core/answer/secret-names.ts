/** Names of fields and settings that hold a secret. @module */
import { withoutInvisible } from '../../base/text.ts'

/** Words before `key` and `token` that make it a secret one, for patterns. */
export const kindsOfKey =
  'api|private|access|ssl|encryption|signing|auth|secret|master|session|hmac|jwt|app|nonce|logged_in|account|licen[cs]e|consumer|service_role|shared_access|recovery|crypt|cipher|stripe|mailgun|sendgrid|aws|s3'
export const kindsOfToken =
  'access|api|auth|refresh|session|id|csrf|xsrf|bearer|secret|reset|security|deploy|push|bot|private|personal'

// Written as words with underscores.
const secretName = new RegExp(
  `pass_?(word|wd|phrase|code)|(^|_)(pass|pwd|salt|otp|passwort|kennwort|wachtwoord|senha|contrasena)$|pwd$|secret|(${kindsOfKey})_?keys?$|tokens?$|bearer|authorization|webhook|credentials?$|(^|_)cookies?$`,
)
// Names that only look like one, with values that only flags, dates and counts have.
const harmlessName =
  /(_enabled|_at|_set|_count|_type|_status|_expires?(_in)?|_available|_protect(ed|ion)|less|(max|total|prompt)_tokens)$/
// Where the next page begins.
const pageName = /(^|_)(next|page)_(page_)?token$/
const harmlessText =
  /^(yes|no|true|false|on|off|none|never|bearer|basic|(en|dis)abled|(in)?active|(in)?valid|expired|pending|\d{1,6}|\d{4}-\d\d-\d\d([T ][\d:.]{4,15}(Z|[+-]\d\d:?\d\d)?)?)$/i

/** Whether the value of a field with this name is a secret. */
export function looksSecret(key: string, value: unknown): boolean {
  if (value === null || value === '' || typeof value === 'boolean') return false
  const name = words(withoutInvisible(key))
  if (!secretName.test(name) || pageName.test(name)) return false
  return !harmlessName.test(name) || !isHarmless(value)
}

/** Flags, dates and counts. */
export const isHarmless = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && harmlessText.test(value))

/** `dbPass`, `DBPass` and `db-pass` are all `db_pass`. */
const words = (name: string) =>
  name
    .replace(/([a-z0-9])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$2_')
    .replace(/[-.\s]/g, '_')
    .toLowerCase()

/** Fields of a row that name a setting, and those beside it that hold its value. */
const naming = [
  'name',
  'key',
  'option_name',
  'meta_key',
  'variable',
  'env',
  'setting',
  'header',
  'field',
  'path',
]
const holding = ['value', 'val', 'option_value', 'meta_value', 'content', 'data', 'default', 'text']

/** The fields of a row `{ name: 'API_KEY', value: '...' }` that hold a secret. */
export function secretFieldsOf(row: Readonly<Record<string, unknown>>): string[] {
  const named = (key: string) => typeof row[key] === 'string' && looksSecret(row[key], 'text')
  if (!naming.some(named)) return []
  return holding.filter((key) => Object.hasOwn(row, key) && !isSettled(row[key]))
}

/** No secret: there is no value, or it is a flag, a date or a count. */
const isSettled = (value: unknown) =>
  value === null || value === '' || typeof value === 'boolean' || isHarmless(value)

/** A text of JSON behind its quote, and the same in JSON that is quoted once more: escaped quotes are a part of both. */
export const inJson = String.raw`(?:[^"\\\n]|\\[^\n])+`
export const inJsonText = String.raw`(?:[^"\\\n]|\\[^"\\\n]|\\\\(?:[^"\\\n]|\\[^\n]))+`

/** The same in text: `"name":"API_KEY","value":"..."`, and in options as PHP writes them. */
export const namedPairs: readonly RegExp[] = [
  new RegExp(
    String.raw`(\\?"(?:${naming.join('|')})\\?"\s{0,9}:\s{0,9}\\?"([^"\\\n]{1,100})\\?"\s{0,9},\s{0,9}\\?"(?:${holding.join('|')})\\?"\s{0,9}:\s{0,9}\\?")((?<=(?<!\\)")${inJson}|(?<=\\")${inJsonText})`,
    'g',
  ),
  // A row of SQL or of a list: `'smtp_pass','...'`. Two names beside each other are none.
  /(\\?['"]([\w.-]{1,100})\\?['"]\s{0,9},\s{0,9}\\?['"])((?:(?<=(?<!\\)['"])(?=(?:[^'"\\\n]|\\[^\n]|''){0,40}?\d)(?:[^'"\\\n]|\\[^\n]|''){6,200}|(?=[^'"\n]{0,40}\d)(?:[^'"\\\n]|\\[^'"\n]){6,200}))/g,
  // PHP counts bytes and does not escape quotes, so the text ends at the first `";`.
  /(s:\d{1,9}:\\?"([^"\\\n]{1,100})\\?";\s{0,9}s:\d{1,9}:\\?")((?:(?!\\?";)[\s\S]){1,20000})/g,
]
