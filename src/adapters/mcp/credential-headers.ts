/**
 * The credentials that a request brings, in headers that this server reads; and those that it does not read. A request
 * with credentials that are not understood is refused: it must not run on somebody else's account.
 *
 * @module
 */
import { checkCredentials, type StaticCredentials } from '../../api/credentials.ts'
import { InputError } from '../../errors.ts'

/** The headers that bring the credentials of an account. */
export const credentialHeaders = {
  accessToken: 'x-cloudways-access-token',
  email: 'x-cloudways-email',
  apiKey: 'x-cloudways-api-key',
} as const

const own: readonly string[] = Object.values(credentialHeaders)
const pair = `${credentialHeaders.email} with ${credentialHeaders.apiKey}`
/** The headers that a request may choose between. */
export const either = `${credentialHeaders.accessToken}, or ${pair}`
/** The header for a token of Cloudways, as one writes it. */
export const tokenHeader = `${credentialHeaders.accessToken}: cw_...`

/**
 * The credentials in the headers of a request; `undefined` when there are none.
 *
 * @throws InputError for half a pair, for both kinds at once, and for what can be seen to be wrong. It repeats no value.
 */
export function headerCredentials(headers: Headers): StaticCredentials | undefined {
  const accessToken = headers.get(credentialHeaders.accessToken)
  const email = headers.get(credentialHeaders.email)
  const apiKey = headers.get(credentialHeaders.apiKey)
  if (accessToken === null && email === null && apiKey === null) return undefined
  if (accessToken !== null && (email !== null || apiKey !== null)) {
    throw new InputError('Two kinds of credentials came at once.', `Send ${either}.`)
  }
  if (accessToken !== null) return checkCredentials({ accessToken }, credentialHeaders)
  if (email === null || apiKey === null) {
    const missing = email === null ? credentialHeaders.email : credentialHeaders.apiKey
    throw new InputError(
      `Half of the credentials came: ${missing} is missing.`,
      `Send ${pair}, or ${credentialHeaders.accessToken} alone.`,
    )
  }
  return checkCredentials({ email, apiKey }, credentialHeaders)
}

/**
 * Credentials in a header that this server does not read. `Authorization` is not among these headers: what reads it may
 * come later, see {@link bearerProblem}.
 *
 * @returns the refusal, which names the right header and repeats no value; `undefined` when there are none.
 */
export function strayCredentials(headers: Headers): string | undefined {
  for (const [name, value] of headers) {
    if (own.includes(name) || name === 'authorization') continue
    const right = meantBy(name)
    if (right) return notRead(name, right)
    const kind = tokenIn(name === 'cookie' ? cookieValues(value) : [name, value])
    if (kind) return notRead(name, rightFor[kind])
  }
  return foreignPair(headers)
}

/** An email address and a key under other names: each alone may mean anything, both are an account. */
function foreignPair(headers: Headers): string | undefined {
  const names = [...headers].filter(([name]) => !own.includes(name))
  const mail = names.find(([name, value]) => /^(x[-_])?e?[-_]?mail$/.test(name) && isEmail(value))
  const key = names.find(
    ([name, value]) => /^(x[-_])?(api[-_]?)?(key|secret)$/.test(name) && isLongKey(value),
  )
  return mail && key ? notRead(key[0], `Send ${pair}`) : undefined
}

const isEmail = (text: string) => /^[^\s@]{1,64}@[^\s@]{1,250}\.[^\s@.]+$/.test(text.trim())

/**
 * A token of Cloudways, or of a sign-in to a server like this one, in `Authorization` where nothing reads that header.
 *
 * @returns the refusal, or `undefined`.
 */
export function bearerProblem(headers: Headers): string | undefined {
  const kind = tokenInAuthorization(headers)
  if (!kind) {
    const [text, key = ''] = basicParts(headers.get('authorization') ?? '')
    const mail = text?.slice(0, -key.length - 1) ?? ''
    return isEmail(mail) && isLongKey(key)
      ? `This server reads no email and API key in Authorization. Send ${pair} instead.`
      : undefined
  }
  return kind === 'cw'
    ? `This server reads no Cloudways token in Authorization. Send ${tokenHeader} instead.`
    : `This server takes no token of a sign-in. Send ${either} instead.`
}

/** Whose token `Authorization` holds: `cw` of Cloudways, `cwt` of a sign-in to a server like this one. */
export function tokenInAuthorization(headers: Headers): 'cw' | 'cwt' | undefined {
  const value = headers.get('authorization')
  return value === null ? undefined : tokenIn([value, ...basicParts(value)])
}

/** Whether a URL has a credential in its path or query, from where it would get into logs and browser histories. */
export function hasSecretInUrl(url: string): boolean {
  // Most requests have neither, and need no parsing.
  if (!/[?%]|cw/.test(url)) return false
  const { pathname, searchParams } = new URL(url)
  return (
    [...searchParams].some(([name, value]) => telling.test(name) || tokenIn([name, value]) !== undefined) ||
    tokenIn(pathname.split('/').map(decoded)) !== undefined
  )
}

/** Names of parameters that may hold a credential. */
const telling = /token|key|secret|passw|auth|credential|email/i

/**
 * The header that was meant by the name of another one: a header of the official Cloudways server, a slip in the name of
 * one of ours, or the name of a parameter of the API.
 */
function meantBy(header: string): string | undefined {
  const name = header.replaceAll(/[_.]/g, '-')
  if (/^(x-)?mcp-host$/.test(name)) return 'Leave it out'
  if (!/^(x-)?cloudways|^x-cw-|^(x-)?access-?token$/.test(name)) return undefined
  if (/mail|user|key/.test(name)) return `Send ${pair}`
  return /token|bearer/.test(name) ? rightFor.cw : `Send ${either}`
}

const rightFor = {
  cw: `Send ${credentialHeaders.accessToken}`,
  cwt: 'A token of a sign-in is sent as Authorization: Bearer',
} as const

/** Which token one of the texts begins with, also in quotes or after the name of a scheme. */
function tokenIn(texts: readonly string[]): 'cw' | 'cwt' | undefined {
  for (const text of texts) {
    const match = /^["'\s]*(?:[A-Za-z][\w-]*[\s:=]+){0,2}["']?(cwt?)_/.exec(text) ?? whole.exec(text)
    if (match) return match[1] as 'cw' | 'cwt'
  }
  return undefined
}

/** A token in its whole length, wherever it stands. */
const whole = /(?<![\w-])(cwt?)_[A-Za-z0-9]{20}/

/** A password that people choose for a proxy is shorter, or has other signs. */
const isLongKey = (text: string) => /^[A-Za-z0-9]{24,256}$/.test(text)

/** Not the names: a cookie of another program may well be called `cw_...`. */
const cookieValues = (header: string) =>
  header.split(';').map((cookie) => cookie.slice(cookie.indexOf('=') + 1))

/** User and password of `Basic`. */
function basicParts(header: string): string[] {
  const encoded = /^basic\s+([\w+/=-]+)\s*$/i.exec(header)?.[1]
  if (!encoded) return []
  try {
    const text = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'))
    return [text, text.slice(text.indexOf(':') + 1)]
  } catch {
    return []
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The name is repeated only in a form in which it is no token. */
function notRead(name: string, right: string): string {
  const shown = /^[a-z][a-z0-9-]{0,39}$/.test(name) ? `the header ${name}` : 'one of the headers'
  return `This server does not read ${shown}. ${right}.`
}
