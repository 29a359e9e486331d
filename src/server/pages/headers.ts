/**
 * HTTP headers of every page.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { noStore } from '../oauth/answers.ts'
import { style } from './styles.ts'

/**
 * No script, the one style sheet by its hash, no frame around the page, no copy in a cache.
 *
 * Referrer-Policy is same-origin: with no-referrer, browsers send `Origin: null` with the form, and the check of the
 * origin would refuse everybody.
 *
 * @param formTarget one more source for `form-action`: where the answer to the form redirects.
 */
export function pageHeaders(formTarget = ''): Record<string, string> {
  return {
    ...noStore,
    'content-security-policy': [
      "default-src 'none'",
      `style-src 'sha256-${styleHash}'`,
      `form-action 'self'${formTarget && ` ${formTarget}`}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'x-robots-tag': 'noindex',
  }
}

const styleHash = createHash('sha256').update(style).digest('base64')
