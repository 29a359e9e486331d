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
  return text
    .replace(/(https?:\/\/)[^\s/@?#]+@/gi, `$1${redacted}@`)
    .replace(/([?&;#]|&amp;)([^=&;#?\s]{1,200})=([^&;#\s]+)/g, (match, before, name, value) =>
      isOpenValue(plain(name), plain(value)) ? match : `${before}${name}=${redacted}`,
    )
    .replace(/([/])([^/?#&=\s]+)/g, (match, slash, segment) =>
      looksLikeToken(plain(segment)) ? `${slash}${redacted}` : match,
    )
    .replace(afterWord, (match, before, segment) => (/\d/.test(segment) ? `${before}${redacted}` : match))
    .replace(/([?])([^=&#\s[]{16,})(?=$|[&#\s])/g, (match, mark, value) =>
      looksLikeToken(plain(value)) ? `${mark}${redacted}` : match,
    )
}

/** The segment behind such a word is what the link was sent for. */
const afterWord =
  /(\/(?:reset|reset-password|password-reset|verify|confirm|confirmation|activate|activation|invite|invitation|unsubscribe|magic|token|login|share|download)\/)([^/?#\s[]{6,})/gi

function isOpenValue(name: string, value: string): boolean {
  if (secretParameter.test(name) || looksSecret(name, value) || value.includes('@')) return false
  if (/^-?\d{1,13}(?:\.\d{1,6})?$/.test(value)) return true
  // Words apart, as in `summer-sale-2026` or `blue+shoes`, are what somebody looked for. One long word is not.
  const longest = Math.max(...value.split(/[-_.,+ /]+/).map((part) => part.length))
  return longest < longWord && !looksLikeToken(value)
}

/** As a person reads it: `%2F` is `/`. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text.slice(0, 2000))
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
