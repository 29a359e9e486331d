/** `cloudways-tools doctor`: checks that this configuration works. @module */

import { existsSync, rmSync, statSync } from 'node:fs'
import { proxyState } from '../api/proxy.ts'
import { isLoopback } from '../base/http.ts'
import { version } from '../base/version.ts'
import { errorText, InputError, isCloudwaysError } from '../errors.ts'
import { openAuditFile } from '../server/audit/file.ts'
import { type Config, checkExposure, keysOf, readConfig } from '../server/config/config.ts'
import { openServices, type Services } from '../server/http/services.ts'
import { checkTargets, namesTargets, visibleTools } from '../server/http/tools.ts'
import { type Invocation, sandboxOf } from './args.ts'
import { note } from './output.ts'

/** Print one line for each check on stdout. The exit code is 0 when no check failed. */
export async function runDoctor(invocation: Invocation): Promise<number> {
  let failed = 0
  /** @param tell what to say about the value. Default: the value itself. */
  async function check<T>(
    name: string,
    look: () => T | Promise<T>,
    tell = (value: T): string | Finding => value as string | Finding,
  ) {
    try {
      const value = await look()
      print(name, tell(value))
      return value
    } catch (error) {
      if (!isCloudwaysError(error)) throw error
      failed++
      print(name, { state: 'FAIL', text: errorText(error) })
      return undefined
    }
  }

  await check('Node.js', checkNode)
  const read = () => readConfig(process.env)
  const config = await check('Configuration', read, () => 'every variable is well-formed')
  if (!config) return 1
  await check('Tools', () => `${visibleTools(config).list().length} visible`)
  await check('HTTP', () => {
    if (!invocation.switches.has('sandbox')) checkExposure(config)
    return `${config.host}:${config.port}, reached as ${config.authBaseUrl}`
  })
  await check('Proxy', () => tellProxy(config))
  const proxy = proxyState()
  if (proxy) {
    await check('Proxy', (): Finding => ({ state: proxy.isUsed ? 'ok' : 'note', text: proxy.text }))
  }
  await check('Confirmation', () => tellConfirmation(config))
  const { auditFile } = config
  if (auditFile) await check('Audit file', () => checkAuditFile(auditFile))
  const sandbox = await sandboxOf(invocation)
  const services = await check(
    'State',
    async () => roundTrip(await openServices(withoutLimits(config), { fallback: 'page', sandbox })),
    () => stateOf(config),
  )
  if (services) {
    const { accounts } = services.cloudways.adapter
    const checks = accounts.length > 0 ? accounts : [undefined]
    let works = true
    for (const name of checks) {
      const title = name === undefined ? 'Account' : `Account ${name}`
      if (!(await check(title, () => askAccount(services, config, name)))) works = false
    }
    if (works && services.account !== 'none' && namesTargets(config)) {
      await check('Names', async (): Promise<string | Finding> => {
        const notes = await checkTargets(config, services.cloudways)
        if (notes.length > 0) return { state: 'note', text: notes.join(' ') }
        return 'every name in SERVERS, APPS and PROTECT names something'
      })
    }
    await services.dispose()
  }
  if (failed > 0) note(failed === 1 ? 'One check failed.' : `${failed} checks failed.`)
  return failed > 0 ? 1 : 0
}

/** Without the limits, so that every tool and server can be checked, and without the audit file of a running server. */
function withoutLimits(config: Config): Config {
  const off = { servers: undefined, apps: undefined, protect: undefined, excludeTools: undefined }
  const shown = { toolsets: undefined, tools: undefined, preset: 'all' } as const
  return { ...config, ...off, ...shown, auditFile: undefined, auditArguments: false }
}

function print(name: string, found: string | Finding): void {
  const { state, text } = typeof found === 'string' ? { state: 'ok', text: found } : found
  process.stdout.write(`${state.padEnd(4)}  ${name.padEnd(13)}  ${text}\n`)
}

function checkNode(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const { node } = process.versions
  if (major > 20 || (major === 20 && minor >= 19)) return `${node}, cloudways-tools ${version}`
  throw new InputError(`${node} is too old.`, 'Install 20.19 or newer.')
}

async function roundTrip(services: Services): Promise<Services> {
  const key = `doctor:${crypto.randomUUID()}`
  try {
    await services.storage.set(key, true, { ttl: 10 })
    await services.storage.delete(key)
    return services
  } catch (error) {
    await services.dispose()
    throw error
  }
}

function stateOf(config: Config): string {
  const keys = keysOf(config.encryptionKey).length
  const sealed = keys > 0 ? `, sealed with ${keys === 1 ? 'one key' : `the first of ${keys} keys`}` : ''
  return `${config.redisUrl ? 'in Redis' : config.storageDir ? 'in STORAGE_DIR' : 'in memory'}, works${sealed}`
}

async function askAccount(
  { cloudways, account }: Services,
  config: Config,
  name: string | undefined,
): Promise<string | Finding> {
  if (account === 'none') {
    const then = config.enableOauthAuth
      ? 'a person signs in with a browser, or an HTTP request brings its own'
      : 'each HTTP request brings its own, stdio calls fail'
    return { state: 'note', text: `no credentials here: ${then}` }
  }
  const { credential, api_url, milliseconds } = await cloudways.call('ping', { account: name })
  const from = account === 'sandbox' ? 'the sandbox' : api_url
  return `${credential} works at ${from}, answered in ${milliseconds} ms`
}

/** The result of one check: `note` is worth reading, and no fault. */
interface Finding {
  state: 'ok' | 'note' | 'FAIL'
  text: string
}

const fallbacks = {
  'two-step': 'the plan and a token go to the model, which has to bring it back after a yes',
  page: 'on a page of this server',
  refuse: 'refused',
} as const

/** Whether the addresses of clients can be known. A proxy in front is seen by the URL: this server itself speaks http. */
function tellProxy({ authBaseUrl, trustProxy, port: own }: Config): string | Finding {
  const { protocol, hostname, port } = new URL(authBaseUrl)
  const isBehind = protocol === 'https:' || (!isLoopback(hostname) && Number(port || 80) !== own)
  if (isBehind && !trustProxy) {
    return {
      state: 'note',
      text: 'a proxy seems to be in front (AUTH_BASE_URL), and TRUST_PROXY is false: all clients then count as one address, and one who guesses credentials locks everybody out. Set TRUST_PROXY=true behind exactly one proxy that appends to X-Forwarded-For.',
    }
  }
  if (!isBehind && trustProxy) {
    return {
      state: 'note',
      text: 'TRUST_PROXY is true, and AUTH_BASE_URL names no proxy: without one, any client can name any address.',
    }
  }
  return trustProxy ? 'in front, its X-Forwarded-For counts' : 'none in front, X-Forwarded-For does not count'
}

/** Which changes need a person, and how the person is asked. */
function tellConfirmation({ readOnly, confirm, confirmFallback, protect }: Config): string {
  if (readOnly) return 'nothing can be changed, so nobody is asked (READ_ONLY)'
  if (confirm === 'never' && !protect) return 'nobody is asked (CONFIRM=never)'
  const what =
    confirm === 'never'
      ? 'what is protected'
      : confirm === 'destructive'
        ? 'what is destructive'
        : `what is ${confirm} or worse`
  const otherwise = confirmFallback
    ? fallbacks[confirmFallback]
    : `on stdio ${fallbacks['two-step']}; on http ${fallbacks.page}`
  return `${what} needs a person: asked by the client of the agent where it can, otherwise ${otherwise}`
}

/** @throws InputError when the next start could not write to the file. */
function checkAuditFile(path: string): string | Finding {
  const existed = existsSync(path)
  try {
    openAuditFile(path).close()
  } catch (error) {
    // A running server holds the file. That is no fault.
    if (error instanceof InputError && error.details.pid !== undefined) {
      return { state: 'note', text: error.message }
    }
    throw error
  }
  // Opening made the file. It belongs to the user of this command, and the server's user could not write to it.
  if (!existed && statSync(path).size === 0) rmSync(path)
  return 'it can be written'
}
