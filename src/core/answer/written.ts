/**
 * Texts that somebody wrote and the platform passes on: queries, addresses of visitors, settings of PHP-FPM. They hold
 * secrets without a telling name, so a mark in the schema decides what of them leaves. A guess would be too late.
 *
 * @module
 */
import type { WrittenKind } from '../declare/marks.ts'
import { fingerprint } from './fingerprint.ts'
import { looksSecret } from './secret-names.ts'
import { redacted } from './secret-net.ts'
import { looksLikeToken } from './word-forms.ts'

/** What of each kind of text may leave. */
export const writtenAs: Readonly<Record<WrittenKind, (text: string) => string>> = {
  query: fingerprint,
  address: visitorUrl,
  settings: poolText,
}

/** Parameters whose value is a way in, however short it is. */
const secretParameter =
  /^(?:key|code|hash|sig|signature|hmac|state|ticket|sid|phpsessid|jsessionid|nonce|_?wpnonce|_token|login|log|user|username|email|mail|phone|auth|otp|pin|pwd|x-(?:amz|goog)-(?:signature|credential))$/i

/** Values of this length in one word may be tokens. */
const longWord = 16

/**
 * An address without what may be a secret in it: names of parameters stay, values of one long word and path segments
 * that look like tokens are hidden. Works on any text, because user agents hold addresses too.
 */
export function visitorUrl(text: string): string {
  return (
    text
      .replace(/(https?:\/\/)[^\s/@?#]+@/gi, `$1${redacted}@`)
      .replace(/([?&;#]|&amp;)([^=&;#?\s]{1,200})=([^&;#\s]+)/g, (match, before, name, value) =>
        value.length <= longest && isOpenValue(plain(name), plain(value))
          ? match
          : `${before}${name}=${redacted}`,
      )
      .replace(/([/])([^/?#&=\s]+)/g, (match, slash, segment) =>
        isToken(segment) ? `${slash}${redacted}` : match,
      )
      .replace(afterWord, (match, before, segment) => (/\d/.test(segment) ? `${before}${redacted}` : match))
      // The class leaves out the mark before it, or a row of marks would be read anew from each of them.
      .replace(/([?])([^?=&#\s[]{16,})(?=$|[?&#\s])/g, (match, mark, value) =>
        isToken(value) ? `${mark}${redacted}` : match,
      )
  )
}

/**
 * A text without the logins and tokens of the addresses in it. Host and path stay as they are: they decide what is
 * deployed, for example.
 */
export function withoutLogins(text: string): string {
  if (!text.includes('://')) return text
  return (
    text
      // In an HTTP address the user name may be the token. Elsewhere, as in `ssh://git@host`, it is a name.
      .replace(/(https?:\/\/)[^\s/]+@/gi, `$1${redacted}@`)
      .replace(/([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}):[^\s/]+@/gi, `$1:${redacted}@`)
      .replace(/([?&;])([^=&;#?\s]{1,200})=([^&;#\s]+)/g, (match, before, name, value) =>
        secretParameter.test(plain(name)) || looksSecret(plain(name), plain(value))
          ? `${before}${name}=${redacted}`
          : match,
      )
  )
}

/** The segment behind such a word is what the link was sent for. */
const afterWord =
  /(\/(?:reset|reset-password|password-reset|verify|confirm|confirmation|activate|activation|invite|invitation|unsubscribe|magic|token|login|share|download)\/)([^/?#\s[]{6,})/gi

/** Longer pieces are not judged, but hidden: no visitor asks for one. */
const longest = 2000

const isToken = (piece: string) => piece.length > longest || looksLikeToken(plain(piece))

function isOpenValue(name: string, value: string): boolean {
  if (secretParameter.test(name) || looksSecret(name, value) || value.includes('@')) return false
  if (/^-?\d{1,13}(?:\.\d{1,6})?$/.test(value)) return true
  // Words apart, as in `summer-sale-2026` or `blue+shoes`, are what somebody looked for. One long word is not.
  const isShort = value.split(/[-_.,+ /]+/).every((part) => part.length < longWord)
  return isShort && !looksLikeToken(value)
}

/** As a person reads it: `%2F` is `/`. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const phpValue =
  /(\bphp_(?:admin_)?(?:value|flag)(?:\[([^\]\n]{1,200})\]\s{0,20}=|[ \t]{1,20}(\S{1,200}))[ \t]{0,20})([^\n]*)/gi

/** Settings of a PHP-FPM pool or of Apache: every name stays, and the values that may be secrets do not. */
export function poolText(text: string): string {
  return text
    .replace(/(\benv\[[^\]\n]{0,200}\]\s{0,20}=[ \t]{0,20})[^\n]*/gi, `$1${redacted}`)
    .replace(/(\b(?:SetEnv|PassEnv|fastcgi_param)[ \t]{1,20}\S{1,200}[ \t]{1,20})[^\n]+/gi, `$1${redacted}`)
    .replace(/((?:[?&]|\b)auth(?:\[\d?\]|%5B\d?%5D)?=)[^\s&"';,]+/gi, `$1${redacted}`)
    .replace(phpValue, (line, ...parts) => {
      const [before, inBrackets, bare, value] = parts as string[]
      const name = (inBrackets ?? bare ?? '').replaceAll('.', '_')
      return looksSecret(name, value?.trim()) ? before + redacted : line
    })
    .replace(/([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"']+@/gi, `$1${redacted}@`)
}
