/** The proxy that is set for this process, and whether `fetch` goes through it. @module */

type Process = {
  env: Record<string, string | undefined>
  versions?: { node?: string }
  execArgv?: string[]
}

/** `fetch` of Node.js takes the variables for http where none is set for https. */
const read = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']
/** Other programs read these variables, and Node.js does not. */
const notRead = ['ALL_PROXY', 'all_proxy']

/** Node.js reads the variables only when it is told to, and only in these versions. */
const isAsked = ({ env, execArgv = [] }: Process): boolean =>
  env.NODE_USE_ENV_PROXY === '1' ||
  [...execArgv, ...(env.NODE_OPTIONS ?? '').split(/\s+/)].includes('--use-env-proxy')

function readsProxy(version = ''): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major >= 24 || (major === 22 && minor >= 21)
}

/** `undefined` when no proxy is set, and in Bun and Deno, whose `fetch` uses a proxy on its own. */
export function proxyState(): { isUsed: boolean; text: string } | undefined {
  const here = (globalThis as { process?: Process; Bun?: unknown; Deno?: unknown }).process
  if (!here?.env || 'Bun' in globalThis || 'Deno' in globalThis) return undefined
  const name = [...read, ...notRead].find((one) => here.env[one])
  if (!name) return undefined
  const isReadable = read.includes(name)
  const canRead = readsProxy(here.versions?.node)
  if (isReadable && canRead && isAsked(here)) {
    return {
      isUsed: true,
      text: `${name} is set, and requests go through it unless NO_PROXY names the host.`,
    }
  }
  const instead = isReadable ? '' : 'set HTTPS_PROXY instead, and '
  const start = canRead
    ? 'start it with NODE_USE_ENV_PROXY=1.'
    : 'that needs Node.js 22.21 or 24, started with NODE_USE_ENV_PROXY=1.'
  return { isUsed: false, text: `${name} is set, and this process does not read it: ${instead}${start}` }
}

/** What to say of a proxy that is set and not used; empty when there is none. */
export function proxyHint(): string {
  const state = proxyState()
  return state && !state.isUsed ? state.text : ''
}
