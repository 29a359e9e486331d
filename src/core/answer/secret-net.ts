/**
 * The net for secrets that no mark in a schema covers: by the name of a field, and by the form of a text.
 *
 * In doubt it hides. Values that tools have to show stay: public keys (`key`, `ssh_keys`, `public_key`), offsets of
 * pages, and flags, dates and counts about a secret.
 *
 * @module
 */
import { withoutInvisible } from '../../base/text.ts'

export const redacted = '[hidden]'

const kindsOfKey =
  'api|private|access|ssl|encryption|signing|auth|secret|master|session|hmac|jwt|app|nonce|logged_in|account|licen[cs]e'
const kindsOfToken =
  'access|api|auth|refresh|session|id|csrf|xsrf|bearer|secret|reset|security|deploy|push|bot|private|personal'

// Field names that hold a secret wherever they occur, written as words with underscores.
const secretName = new RegExp(
  `pass(word|wd|phrase|code)|(^|_)(pass|pwd|salt|otp)$|pwd$|secret|(${kindsOfKey})_?keys?$|tokens?$|bearer|authorization|webhook|credentials?$`,
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

const isHarmless = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && harmlessText.test(value))

/** `dbPass`, `DBPass` and `db-pass` are all `db_pass`. */
const words = (name: string) =>
  name
    .replace(/([a-z0-9])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$2_')
    .replace(/[-.\s]/g, '_')
    .toLowerCase()

// Strangers write text that stands in answers, so every pattern has to be linear in the length of the text. A pattern
// that can begin anywhere has no prefix of any length. A repetition is bounded, or ends at a character it can't hold.

/** Names before `=` or `:`. Short names match as whole words only. `pass: 3` is a count of passed tests. */
const names = [
  'password|passwd|passphrase|passcode|pwd|secret',
  `(?:${kindsOfKey})[_-]?key|(?:${kindsOfToken})[_-]?token`,
  '(?<=[_-])(?:pass|salt|otp)',
  '(?<![a-z])(?:pass|salt|otp|token)(?=["\'\\\\]|\\s*=)',
].join('|')

/**
 * Up to the closing quote if there is an opening one; otherwise up to the end of a value in settings, queries and
 * JSON. In `"password":"","user":"me"` the value is empty, so there is no secret.
 */
const begun = String.raw`(?![\s&,;:}\])"'\\])`
const nothing = String.raw`(?!(?:null|none|true|false)\b)`
const value = String.raw`(?:(?<=(?<!\\)")${begun}(?:[^"\\\n]|\\[^\n])+|(?<=\\")${begun}[^"\\\n]+|(?<=')${begun}(?:[^'\\\n]|\\[^\n])+|${nothing}[^\s"'\\&,;}]+)`
const between = String.raw`["'\\]*\s*(?:=>|[=:])\s*["'\\]*`

/** A quoted text of code, SQL or a shell, escapes included. */
const open = String.raw`\\?["']`
const quoted = String.raw`(?:(?<=')(?:[^'\\]|\\[^]|'')+|(?<=")(?:[^"\\]|\\[^]|"")+)`

/** Tokens with a prefix that tells what they are. */
const tokens = [
  String.raw`\bcwt?_[A-Za-z0-9_.-]{6,}|cwt?_[A-Za-z0-9_.-]{20,}`,
  'A[KS]IA[0-9A-Z]{16}',
  String.raw`\b[rs]k_(?:live|test)_[A-Za-z0-9]{8,}`,
  'glpat-[A-Za-z0-9_-]{8,}',
  'gh[opsur]_[A-Za-z0-9]{8,}',
  'github_pat_[A-Za-z0-9_]{8,}',
  'xox[a-z]-[A-Za-z0-9-]{8,}',
  'AIza[A-Za-z0-9_-]{30,}',
  String.raw`eyJ[A-Za-z0-9_-]{8,500}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]*`,
]

const secretText: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, redacted],
  [new RegExp(tokens.join('|'), 'g'), redacted],
  [/(bearer|\bbasic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${redacted}`],
  [
    /(authorization["'\\]*\s*[=:]\s*["'\\]*(?:(?:bearer|basic|token|digest|apikey|key)\s+|(?=[^\s"'\\,;]{16})))[^\s"'\\,;]+/gi,
    `$1${redacted}`,
  ],
  [/([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]*):[^\s/]+@/gi, `$1:${redacted}@`],
  // In an HTTP URL a long user name without a password is a token. `team@bitbucket.org` is not.
  [/(https?:\/\/)[^\s/:@?#]{16,}@/gi, `$1${redacted}@`],
  // `password=`, `DB_PASSWORD: `, `"admin_password":"`, and the same inside JSON that is quoted once more.
  [new RegExp(`((?:${names})${between})${value}`, 'gi'), `$1${redacted}`],
  [new RegExp(`([a-z0-9](?:Pass|Salt|Otp)${between})${value}`, 'g'), `$1${redacted}`],
  // The key of a link to reset a password.
  [/([?&]key=)[A-Za-z0-9_-]{16,}/gi, `$1${redacted}`],
  ...[
    // wp-config.php
    String.raw`define\(\s*${open}\w{0,60}(?:PASSWORD|KEY|SALT|SECRET|TOKEN)${open}\s*,\s*${open}`,
    String.raw`identified\s+(?:with\s+\S{1,60}\s+)?(?:by|as)\s+(?:password\s+)?${open}`,
    String.raw`set\s+password\s+for\s+\S{1,120}\s*=\s*(?:password\(\s*)?${open}`,
  ].map((before): [RegExp, string] => [new RegExp(`(${before})${quoted}`, 'gi'), `$1${redacted}`]),
  [
    new RegExp(String.raw`(mysql\w{0,10}\s[^\n|;]{0,200}?(?<=\s)-p["']?)(?:${quoted}|[^\s"']+)`, 'g'),
    `$1${redacted}`,
  ],
  [/https:\/\/hooks\.[^\s"']+/g, redacted],
]

/** Every secret text has one of these. Most texts have none, and pass at once. */
const suspicious =
  /pass|pwd|secret|key|token|salt|otp|authorization|bearer|basic|@|-----|cwt?_|eyJ|A[KS]IA|AIza|[rs]k_(?:live|test)_|glpat-|gh[opsur]_|github_pat_|xox[a-z]-|hooks\.|mysql|identified/i

/**
 * Scrub free text: error messages, log lines, any string of an answer.
 *
 * Invisible characters inside a secret do not protect it: they are removed with it.
 */
export function redactText(text: string, known: readonly string[] = []): string {
  const safe = scrub(text, known)
  const seen = withoutInvisible(safe)
  if (seen === safe) return safe
  const again = scrub(seen, known)
  return again === seen ? safe : again
}

function scrub(text: string, known: readonly string[]): string {
  let safe = withoutKnown(text, known)
  if (!suspicious.test(safe)) return safe
  for (const [pattern, replacement] of secretText) safe = safe.replace(pattern, replacement)
  return safe
}

function withoutKnown(text: string, known: readonly string[]): string {
  let safe = text
  for (const value of known) if (value.length >= 6) safe = safe.replaceAll(value, redacted)
  return safe
}
