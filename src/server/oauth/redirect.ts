/** Redirect URIs: which may be registered, which match, and how an answer is added to one. @module */

/**
 * Schemes without a dot that known desktop clients own. Any other scheme needs a dot (`com.example.app:/cb`, RFC 8252).
 * The list names what is allowed, because the list of harmful schemes (javascript, data, file, intent, ms-msdt) never
 * ends.
 */
const appSchemes = new Set([
  'claude',
  'codex',
  'cursor',
  'goose',
  'kiro',
  'lmstudio',
  'raycast',
  'trae',
  'vscode',
  'vscode-insiders',
  'vscodium',
  'warp',
  'windsurf',
  'zed',
])

const mostCharacters = 1000

/** Tested on the text, before a URL parser repairs it: `http://x@127.0.0.1/` and `http://127.0.0.1\@evil/` are not loopback. */
const loopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?=[/?]|$)/

/** Strict, because the host is written into a header, and `https://a;script-src` parses as a URL. */
const web = /^https:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?(?=[/?]|$)/i

/**
 * What is wrong with a redirect URI; `undefined` when nothing is.
 *
 * Allowed are https to a plain host, http to this computer, and the private scheme of an app; never with user info or a
 * fragment.
 */
export function redirectProblem(uri: unknown): string | undefined {
  if (typeof uri !== 'string' || uri.length > mostCharacters)
    return `is not a text of up to ${mostCharacters} characters`
  // A URI has no blanks, quotes, backslashes or angle brackets, and parsers disagree about them.
  if (!/^[a-z][a-z0-9+.-]*:[!#-;=?-[\]_a-z~%]+$/i.test(uri) || !URL.canParse(uri))
    return 'is not an absolute URI'
  if (uri.includes('#')) return 'has a fragment'
  const url = new URL(uri)
  if (url.username || url.password || /^[^/?]*\/\/[^/?]*@/.test(uri)) return 'has user info'
  const scheme = url.protocol.slice(0, -1)
  if (scheme === 'https') return web.test(uri) ? undefined : 'has no plain host'
  if (scheme === 'http') return loopback.test(uri) ? undefined : 'is http to another host than this computer'
  if (appSchemes.has(scheme) || /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+$/.test(scheme)) return undefined
  return 'has a scheme that is not private to an app'
}

/** Whether `uri` is one of `registered`. Every character counts, except the port of a loopback address. */
export function matchesRedirect(uri: string, registered: readonly string[]): boolean {
  if (redirectProblem(uri) !== undefined) return false
  return registered.some(
    (known) => known === uri || (loopback.test(uri) && portless(known) === portless(uri)),
  )
}

const portless = (uri: string) => uri.replace(loopback, 'http://$1')

/** Whether the URI opens an app. The browser's tab then stays where it is, and needs a page that says so. */
export function opensApp(uri: string): boolean {
  return !/^https?:/i.test(uri)
}

/** The host that a person should recognise; for an app, its scheme. */
export function redirectHost(uri: string): { host: string; kind: 'web' | 'computer' | 'app' } {
  if (opensApp(uri)) return { host: `${new URL(uri).protocol}//`, kind: 'app' }
  return { host: new URL(uri).host, kind: loopback.test(uri) ? 'computer' : 'web' }
}

/**
 * What `form-action` has to allow. Chromium applies `form-action` to the redirect after a form too, custom schemes
 * included. If the target is not allowed, Chromium stays on the form without a message.
 */
export function formTarget(uri: string): string {
  const { protocol, host } = new URL(uri)
  // A Content-Security-Policy can't name an IPv6 host.
  return opensApp(uri) || host.startsWith('[') ? protocol : `${protocol}//${host}`
}

/** The redirect URI with the answer added. The URI's own query stays. */
export function redirectWith(uri: string, answer: Record<string, string | undefined>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) parameters.set(name, value)
  const joint = uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?'
  return `${uri}${joint}${parameters}`
}
