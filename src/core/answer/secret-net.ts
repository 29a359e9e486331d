/**
 * The net for secrets in free text that no mark in a schema covers: by the name of a setting, and by the form of a text.
 *
 * In doubt it hides. Values that tools have to show stay: public keys (`key`, `ssh_keys`, `public_key`), offsets of
 * pages, and flags, dates and counts about a secret. Sentences of our own do not pass through it: see
 * {@link withoutKnown}.
 *
 * @module
 */
import { withoutInvisible } from '../../base/text.ts'
import { inJson, inJsonText, kindsOfKey, kindsOfToken, looksSecret, namedPairs } from './secret-names.ts'
import { tokenSigns, withoutTokens } from './token-forms.ts'

export const redacted = '[hidden]'

// Strangers write text that stands in answers, so every pattern has to be linear in the length of the text. A pattern
// that can begin anywhere has no prefix of any length. A repetition is bounded, or ends at a character it can't hold.

/** Names before `=` or `:`. Short names match as whole words only. `pass: 3` is a count of passed tests. */
const names = [
  'pass[_-]?(?:word|phrase|code)|passwd|pwd|secret',
  'passwort|kennwort|wachtwoord|contrase(?:ñ|n)a|mot de passe|пароль|密码',
  `(?:${kindsOfKey})[_-]?key|(?:${kindsOfToken})[_-]?token`,
  '(?<=[_-])(?:pass|salt|otp)',
  '(?<![a-z])(?<!page[_-])(?:pass|pw|salt|otp|token|senha|auth)(?=["\'`\\\\]|\\s{0,9}:?=)',
  '(?<![a-z])(?:phpsessid|jsessionid|sess(?:ion)?_?id)(?=\\s{0,9}=)|wordpress_(?:sec|logged_in)_\\w{1,64}',
].join('|')

/**
 * Up to the closing quote if there is an opening one; otherwise up to the end of a value in settings, queries and
 * JSON. In `"password":"","user":"me"` the value is empty, so there is no secret.
 */
const begun = String.raw`(?![\s&,;:}\])"'\\])`
/** Flags, words that only say whether there is a secret (`using password: YES`), and the `?` of a query. */
const nothing = String.raw`(?!(?:null|none|true|false|yes|no|on|off|set|unset|empty|missing|required|optional|not|must|should)(?![\w-])|\?(?:[\s),;]|$))`
const value = String.raw`(?:(?<=(?<!\\)")${begun}${inJson}|(?<=\\")${begun}${inJsonText}|(?<=')${begun}(?:[^'\\\n]|\\[^\n])+|(?<!['"])${nothing}[^\s"'\\&,;}<]+)`
const between = '["\'`\\\\\\]]{0,4}\\s{0,9}(?:=>|:=|[=:])\\s{0,9}["\'\\\\]{0,4}'

/** A quoted text of code, SQL or a shell, escapes included. */
const open = String.raw`\\?["']`
const quoted = String.raw`(?:(?<=')(?:[^'\\]|\\[^]|'')+|(?<=")(?:[^"\\]|\\[^]|"")+)`
const argument = String.raw`(?:${quoted}|[^\s"']+)`

const inQuotes = [
  // wp-config.php
  String.raw`define\(\s{0,9}${open}\w{0,60}(?:PASSWORD|KEY|SALT|SECRET|TOKEN)${open}\s{0,9},\s{0,9}${open}`,
  String.raw`identified\s{1,9}(?:with\s{1,9}\S{1,60}\s{1,9})?(?:by|as)\s{1,9}(?:password\s{1,9})?${open}`,
  String.raw`set\s{1,9}password\s{1,9}for\s{1,9}\S{1,120}\s{0,9}=\s{0,9}(?:password\(\s{0,9})?${open}`,
  String.raw`(?:aes_(?:en|de)crypt|password|md5|sha2?)\(\s{0,9}${open}`,
  String.raw`['"]key['"]\s{0,9}=>\s{0,9}['"](?=[0-9a-f]{32})`,
  String.raw`pass(?:word|phrase|code)\s(?:is|was|set to|to)\s{1,3}["']`,
]

/** Options of programs. `-p` alone asks for the password, and `-p 3306` of another program is a port. */
const inCommands = [
  String.raw`mysql[\w-]{0,10}\s[^\n|;]{0,200}?(?<=\s)-p["']?`,
  String.raw`(?<![\w-])--?(?:password|passwd|pass|pwd|token|secret|api-?key|auth-?token|access-?token|client-?secret)(?:\s{1,3}|=)["']?(?!-)`,
  String.raw`\b(?:curl|wget|http)\s[^\n|;]{0,200}?(?<=\s)(?:-u|--user|-U|--proxy-user)[\s=]{0,3}["']?[^\s:"']{1,100}:`,
  String.raw`\bsshpass\s{1,3}-p\s{0,3}["']?`,
  String.raw`\bredis-cli\s[^\n|;]{0,200}?(?<=\s)-a\s{1,3}["']?`,
  String.raw`(?<=\s)-pass(?:in|out)?\s{1,3}["']?pass:`,
  String.raw`\bmachine\s{1,9}\S{1,100}\s{1,9}login\s{1,9}\S{1,100}\s{1,9}password\s{1,9}`,
  String.raw`\bhtpasswd\s{1,3}(?:-\w{1,5}\s{1,3}){1,4}\S{1,100}\s{1,3}\S{1,100}\s{1,3}["']?`,
  String.raw`\bSetEnv\s{1,9}["']?\w{0,60}(?:PASSWORD|PASS|PWD|KEY|SALT|SECRET|TOKEN)\w{0,20}["']?\s{1,9}["']?`,
]

const after = (before: string, secret: string, flags: string): [RegExp, string] => [
  new RegExp(`(${before})${secret}`, flags),
  `$1${redacted}`,
]

const secretText: readonly [RegExp, string][] = [
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    redacted,
  ],
  [/(Private-Lines: \d{1,4}\r?\n)[\s\S]*?(Private-MAC|$)/g, `$1${redacted}\n$2`],
  [/(bearer|\bbasic)\s{1,9}(?![a-z]{1,40}(?:[\s,;.)]|$))[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${redacted}`],
  after(
    String.raw`authorization["'\\]{0,4}\s{0,9}[=:]\s{0,9}["'\\]{0,4}(?:(?:bearer|basic|token|digest|apikey|key)\s{1,9}|(?=[^\s"'\\,;]{16}))`,
    String.raw`[^\s"'\\,;]+`,
    'gi',
  ),
  [
    /((?<![\w-])(?:set-)?cookie["'\\]{0,4}\s{0,3}:\s{0,3}["'\\]{0,4}[\w.-]{1,80}=)[^\n"'\\]+/gi,
    `$1${redacted}`,
  ],
  // The last `@` before the path ends the user: a user name and a password may hold one themselves.
  [/([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:"'<>?#]{0,200}):[^\s/"'<>]+@/gi, `$1:${redacted}@`],
  // In an HTTP URL a long user name without a password is a token. `team@bitbucket.org` is not.
  [/(https?:\/\/)[^\s/:@?#]{16,}@/gi, `$1${redacted}@`],
  ...inCommands.map((before) => after(before, argument, 'g')),
  ...inQuotes.map((before) => after(before, quoted, 'gi')),
  // `password=`, `DB_PASSWORD: `, `"admin_password":"`, and the same inside JSON that is quoted once more.
  after(`(?:${names})${between}`, value, 'gi'),
  after(`[a-z0-9](?:Pass|Salt|Otp)${between}`, value, 'g'),
  after(
    `<(?:[\\w:-]{0,40}(?:password|passwd|secret|token|apikey|api_key)[\\w-]{0,20})>`,
    String.raw`[^<\n]+`,
    'gi',
  ),
  after(
    `<key>[^<]{0,60}(?:password|secret|token|api_?key)</key>\\s{0,40}<string>`,
    String.raw`[^<\n]+`,
    'gi',
  ),
  after(
    String.raw`pass(?:word|phrase|code)\s(?:is|was|set to|to)\s{1,3}(?=\S{0,60}\d)`,
    String.raw`[^\s"',;]{6,}`,
    'gi',
  ),
  // The key of a link to reset a password, and the signature of a link that opens a file.
  after(
    '[?&;](?:amp;)?(?:key|sig|signature|x-amz-signature|x-goog-signature|hash|code)=',
    '[A-Za-z0-9_%+/=.~-]{16,}',
    'gi',
  ),
  after(
    '[?&;](?:amp;)?[a-z]{1,20}[_-](?:key|sig|signature|hash)=',
    '(?=[a-z_-]{0,40}\\d)[A-Za-z0-9_%+/=.~-]{16,}',
    'gi',
  ),
  [/https:\/\/hooks\.[^\s"'<>]+/g, redacted],
  [
    /https:\/\/(?:[\w-]{1,60}\.)?(?:discord(?:app)?\.com\/api\/webhooks|webhook\.office\.com)\/[^\s"'<>]+/g,
    redacted,
  ],
]

/** Every secret text has one of these, or a sign of a token. Most texts have none, and pass at once. */
const suspicious = new RegExp(
  `${tokenSigns.source}|(?:${[
    'pass|pw|secret|key|token|salt|otp|auth|bearer|basic|cookie|sess|@|-----|Private-Lines|s:\\d|setenv|mysql|redis-cli',
    'curl|wget|http|machine|identified|sha|md5|crypt|sig|code|hash|wordpress_|kennwort|wachtwoord|contrase|senha|пароль|密码',
  ].join('|')})`,
  'i',
)

/**
 * Scrub free text: error messages, log lines, any string of an answer.
 *
 * Invisible characters inside a secret do not protect it: they are removed with it.
 */
export function redactText(text: string, known: readonly string[] = []): string {
  return inBothReadings(text, (seen) => scrub(seen, known))
}

/** Remove known values and nothing else: for sentences of our own, which no guess may make unreadable. */
export function withoutKnown(text: string, known: readonly string[] = []): string {
  return inBothReadings(text, (seen) => removeKnown(seen, known))
}

/** The text as it is, and as a person sees it: a secret may hide in either. */
function inBothReadings(text: string, clean: (text: string) => string): string {
  const safe = clean(text)
  const seen = withoutInvisible(safe)
  if (seen === safe) return safe
  const again = clean(seen)
  return again === seen ? safe : again
}

function scrub(text: string, known: readonly string[]): string {
  let safe = removeKnown(text, known)
  if (!suspicious.test(safe)) return safe
  safe = withoutTokens(safe, redacted)
  for (const pattern of namedPairs) {
    safe = safe.replace(pattern, (match, before, name, secret) =>
      looksSecret(name, secret) && secret !== redacted ? before + redacted : match,
    )
  }
  for (const [pattern, replacement] of secretText) safe = safe.replace(pattern, replacement)
  return safe
}

/** A shorter value is a word that stands in other texts too. */
const shortestKnown = 6

/** Remove known values from a text as it is written. */
export function removeKnown(text: string, known: readonly string[]): string {
  let safe = text
  for (const value of known) if (value.length >= shortestKnown) safe = safe.replaceAll(value, redacted)
  return safe
}
