/**
 * What can be seen to be wrong with a credential before it is sent anywhere. One check for every place that takes one:
 * environment, configuration file, headers, sign-in page and options.
 *
 * @module
 */

/** What a text is meant to be. */
export type CredentialKind = 'accessToken' | 'email' | 'apiKey'

const named = { accessToken: 'access token', email: 'email address', apiKey: 'API key' } as const

/**
 * A credential without what nobody sees. Blanks and line ends around a value come from files and from copying, so they
 * can be meant in one way only. Everything that can be seen stays, and {@link credentialProblem} judges it.
 */
export const bareCredential = (text: string): string => text.trim()

/**
 * What is wrong with a credential, and what to do: one or two sentences that repeat nothing of the text.
 *
 * @param text from {@link bareCredential}.
 * @returns `undefined` when nothing can be seen to be wrong.
 */
export function credentialProblem(kind: CredentialKind, text: string): string | undefined {
  const name = named[kind]
  if (text === '') return `The ${name} is empty.`
  if (quoted.test(text)) return `Quotation marks are around the ${name}. Give it without them.`
  if (unexpanded.some((form) => form.test(text))) {
    return `This is the name of a variable or a placeholder. The program that should put the ${name} in its place did not.`
  }
  if (labelled.test(text)) return `Other words stand in front of the ${name}. Give the value alone.`
  if (shortened.test(text) || (kind !== 'email' && isPlaceholder(text))) {
    return `This is a placeholder, or only a part. Give the whole ${name}.`
  }
  return problems[kind](text)
}

const quotes = '["\'`\u2018\u2019\u201c\u201d\u00ab\u00bb]'
const quoted = new RegExp(`^\\\\?${quotes}|${quotes}$`)

/** What stands in a file for a value, in the forms of shells, templates, editors and secret stores. */
const unexpanded = [
  /\$\{|\$\(|\{\{|<%|#\{/,
  /^\$[a-z_]/i,
  /^%[\w.:-]+%$/,
  /^(<.*>|\[.*\]|\{.*\}|!\w+!|__\w+__|@\w+@)$/,
  // The name of a variable. No credential is words in capitals.
  /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/,
  /^(process\.)?env[.:]\w+$|^secrets\.\w+$/i,
  // A reference to a secret store that was not followed.
  /^(op|vault|sm|gcp|aws|akv|arn|file|keyring|secret|ref|ssm|doppler):\S*[/:]/i,
]

/** The name of a variable or header, or the word of a scheme, in front of the value. */
const labelled =
  /^(export\s+)?(?!cw_)[a-z_][\w-]*\s*(=[^=]|:\s)|^x-[\w-]+:|^(bearer|token|basic|apikey|mailto|email|api.?key|access.?token)\b[\s:]/i

/** Cut in the middle, or masked. */
const shortened = /\.{3}|\u2026|\*{3}|\u2022{2}|(?:^|[_-])x{3,}(?:$|[_-])|x{6}/i

/** Words that describe a value instead of being one. */
const words = new Set(
  (
    'your my the a an our some put paste insert enter add replace change me this with real actual own new valid full ' +
    'cloudways cw platform account access api auth bearer personal token key secret credential credentials password ' +
    'email here goes value string example sample demo dummy fake test placeholder changeme todo tbd foo bar ' +
    'undefined null none nil nan true false object empty unset not set'
  ).split(' '),
)

/** Whether a text is nothing but such words. Split first: a pattern for all of it could be made to take very long. */
function isPlaceholder(text: string): boolean {
  if (/[^ -~]/.test(text)) return false
  const parts = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  return parts.length > 0 && parts.every((part) => words.has(part) || /^x+$/.test(part))
}

const email = /^[!-?A-~]{1,64}@([a-z0-9-]+\.)+[a-z0-9-]{2,}$/i
const isEmail = (text: string) => text.length <= 254 && email.test(text)

const problems: Record<CredentialKind, (text: string) => string | undefined> = {
  accessToken(text) {
    if (text.startsWith('cwt_')) {
      return 'This is a token of a sign-in to this server, not one of Cloudways. It is sent as Authorization: Bearer.'
    }
    if (isEmail(text)) return 'This is an email address. Give the access token, which begins with cw_.'
    if (!text.startsWith('cw_')) {
      return 'An access token begins with cw_. Check that it is the token and not its name, nor an API key.'
    }
    if (/[^!-~]/.test(text))
      return 'A blank, or a character that no access token has, is in it. Copy it again.'
    if (/^cw_[\w.~+/=-]{8,500}$/.test(text)) return undefined
    return 'This token is not complete. Copy it again, the whole of it.'
  },
  apiKey(text) {
    if (/^cwt?_/.test(text)) {
      return 'This is an access token. Give it as the access token, and leave email and key empty.'
    }
    if (isEmail(text)) return 'This is an email address. Give the API key of the account here.'
    if (/^[!-~]{8,256}$/.test(text)) return undefined
    return 'Give the whole API key: 8 to 256 letters and digits, without blanks.'
  },
  email(text) {
    if (/^cwt?_/.test(text)) {
      return 'This is an access token. Give it as the access token, and leave email and key empty.'
    }
    if (isEmail(text) && !/^(you|your|user|name|email)\b.*@example\./i.test(text)) return undefined
    return 'This is not the email address of an account. Give that of the Cloudways account.'
  },
}
