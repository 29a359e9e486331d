/**
 * Redirect URIs: which may be registered, which match, and how an answer is put on one.
 *
 * @module
 */

/**
 * Schemes without a dot that known clients own on a desktop. All others need a dot (`com.example.app:/cb`, RFC
 * 8252): the list of schemes that do something else than open an app (javascript, data, file, intent, ms-msdt...)
 * never ends, so these are named instead.
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

const longest = 1000

/** On the text, before any URL parser has fixed it: `http://x@127.0.0.1/` and `http://127.0.0.1\@evil/` are no loopback. */
const loopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?=[/?]|$)/

/** The host goes into a header too, and `https://a;script-src` parses. */
const web = /^https:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?(?=[/?]|$)/i

/**
 * What is wrong with a redirect URI; `undefined` when nothing is.
 *
 * https to a plain host, http to this computer, or the private scheme of an app; never with user info or fragment.
 */
export function redirectProblem(uri: unknown): string | undefined {
  if (typeof uri !== 'string' || uri.length > longest) return `is not a text of up to ${longest} characters`
  // No blanks, quotes, backslashes or angle brackets: a URI has none, and parsers disagree about them.
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

/** Whether `uri` is one of `registered`: character by character, but for the port of a loopback address. */
export function matchesRedirect(uri: string, registered: readonly string[]): boolean {
  if (redirectProblem(uri) !== undefined) return false
  return registered.some(
    (known) => known === uri || (loopback.test(uri) && portless(known) === portless(uri)),
  )
}

const portless = (uri: string) => uri.replace(loopback, 'http://$1')

/** Whether a browser leaves the web for this: then its tab stays where it is, and needs a page that says so. */
export function opensApp(uri: string): boolean {
  return !/^https?:/i.test(uri)
}

/** The host a person should recognise; for an app, its scheme. */
export function redirectHost(uri: string): { host: string; kind: 'web' | 'computer' | 'app' } {
  if (opensApp(uri)) return { host: `${new URL(uri).protocol}//`, kind: 'app' }
  return { host: new URL(uri).host, kind: loopback.test(uri) ? 'computer' : 'web' }
}

/**
 * What `form-action` has to allow: Chromium applies it to the redirect that answers a form as well, custom
 * schemes included, and then stays on the form without a word.
 */
export function formTarget(uri: string): string {
  const { protocol, host } = new URL(uri)
  // CSP has no way to write an IPv6 host.
  return opensApp(uri) || host.startsWith('[') ? protocol : `${protocol}//${host}`
}

/** The redirect URI with an answer on it; its own query stays. */
export function redirectWith(uri: string, answer: Record<string, string | undefined>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) parameters.set(name, value)
  const joint = uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?'
  return `${uri}${joint}${parameters}`
}
