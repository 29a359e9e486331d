/** Whether a proxy is set that this process does not use. @module */

type Process = {
  env: Record<string, string | undefined>
  versions?: { node?: string }
  execArgv?: string[]
}

const names = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']

/** Node.js reads the variables only when it is told to, and only in these versions. */
function isRead({ env, versions, execArgv = [] }: Process): boolean {
  const asked =
    env.NODE_USE_ENV_PROXY === '1' ||
    [...execArgv, ...(env.NODE_OPTIONS ?? '').split(/\s+/)].includes('--use-env-proxy')
  return asked && readsProxy(versions?.node)
}

function readsProxy(version = ''): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major >= 24 || (major === 22 && minor >= 21)
}

/**
 * What to say of a proxy that is set and not used; empty when there is none. `fetch` of Bun and Deno use such a proxy
 * on their own.
 */
export function proxyHint(): string {
  const here = (globalThis as { process?: Process; Bun?: unknown; Deno?: unknown }).process
  if (!here?.env || 'Bun' in globalThis || 'Deno' in globalThis) return ''
  const name = names.find((one) => here.env[one])
  if (!name || isRead(here)) return ''
  return `${name} is set, and this process does not read it: ${
    readsProxy(here.versions?.node)
      ? 'start it with NODE_USE_ENV_PROXY=1.'
      : 'that needs Node.js 22.21 or 24, started with NODE_USE_ENV_PROXY=1.'
  }`
}
