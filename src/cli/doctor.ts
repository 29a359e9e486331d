/** `cloudways-tools doctor`: checks that this configuration works. @module */

import { existsSync, rmSync, statSync } from 'node:fs'
import { proxyState } from '../api/proxy.ts'
import { isLoopback } from '../base/http.ts'
import { version } from '../base/version.ts'
import { readStop } from '../core/control/stop.ts'
import { InputError, UpstreamError } from '../errors.ts'
import { openAuditFile } from '../server/audit/file.ts'
import { type Config, checkExposure, hasAccount, keysOf, readConfig } from '../server/config/config.ts'
import { checkFolderAnswers, tryStorage } from '../server/http/reach-state.ts'
import { openServices, type Services } from '../server/http/services.ts'
import { checkTargets, namesTargets, visibleTools } from '../server/http/tools.ts'
import { createMetrics } from '../server/watch/metrics.ts'
import { type Invocation, sandboxOf } from './args.ts'
import {
  compareClocks,
  healthAt,
  lookAtPort,
  reachCloudways,
  timeOfRedis,
  walkDiscovery,
} from './doctor-network.ts'
import { createReport, type Finding, type Report } from './doctor-report.ts'
import { note } from './output.ts'

/** Print one line for each check on stdout, or all as JSON. The exit code is 0 when no check failed. */
export async function runDoctor(invocation: Invocation): Promise<number> {
  const report = createReport(invocation.switches.has('json'))
  await runChecks(invocation, report)
  const failed = report.end()
  if (failed > 0) note(failed === 1 ? 'One check failed.' : `${failed} checks failed.`)
  return failed > 0 ? 1 : 0
}

async function runChecks(invocation: Invocation, { check }: Report): Promise<void> {
  await check('node', checkNode)
  const read = () => readConfig(process.env)
  const config = await check('configuration', read, () => 'every variable is well-formed')
  if (!config) return
  const isSandbox = invocation.switches.has('sandbox')
  await check('tools', () => tellTools(config))
  if (config.metrics) await check('packages', createMetrics, () => 'METRICS has prom-client')
  await check('http', () => {
    if (!isSandbox) checkExposure(config)
    return `${config.host}:${config.port}, reached as ${config.authBaseUrl}`
  })
  await check('port', () => lookAtPort(config))
  const running = await healthAt(config.authBaseUrl)
  await check('proxy', () => tellProxy(config, running?.proxy))
  const proxy = proxyState()
  if (proxy) {
    await check('outgoing_proxy', (): Finding => ({ state: proxy.isUsed ? 'ok' : 'note', text: proxy.text }))
  }
  if (config.enableOauthAuth && (running || !isLoopback(new URL(config.authBaseUrl).hostname))) {
    await check('discovery', () => tellDiscovery(config, running !== undefined))
  }
  await check('confirmation', () => tellConfirmation(config))
  const { auditFile } = config
  if (auditFile) await check('audit_file', () => checkAuditFile(auditFile))
  await checkClock(config, isSandbox, check)
  const sandbox = await sandboxOf(invocation)
  const services = await check(
    'state',
    async () => {
      await checkFolderAnswers(config)
      return roundTrip(config, await openServices(withoutLimits(config), { fallback: 'page', sandbox }))
    },
    () => stateOf(config),
  )
  if (!services) return
  if (config.redisUrl || config.storageDir) await check('changes', () => tellStop(services))
  await checkAccounts(services, config, check)
  await services.dispose()
}

type Check = Report['check']

/** Cloudways is asked without an account too. With one, its own check says what is wrong. */
async function checkClock(config: Config, isSandbox: boolean, check: Check): Promise<void> {
  const asked = isSandbox
    ? undefined
    : hasAccount(config)
      ? await reachCloudways(config).catch(() => undefined)
      : await check(
          'cloudways',
          () => reachCloudways(config),
          () => `${config.cloudwaysApiUrl} answers`,
        )
  const others = { Cloudways: asked?.date, Redis: await timeOfRedis(config) }
  if (Object.values(others).some((time) => time !== undefined)) {
    await check('clock', () => compareClocks(others, Date.now()))
  }
}

async function checkAccounts(services: Services, config: Config, check: Check): Promise<void> {
  const { accounts } = services.cloudways.adapter
  let works = true
  for (const name of accounts.length > 0 ? accounts : [undefined]) {
    const asked = await check('account', () => askAccount(services, config, name), undefined, name)
    if (!asked) works = false
    else if (services.account !== 'none') {
      await check('quota', () => tellQuota(services, name), undefined, name)
    }
  }
  if (works && services.account !== 'none' && namesTargets(config)) {
    await check('names', async (): Promise<string | Finding> => {
      const notes = await checkTargets(config, services.cloudways)
      if (notes.length > 0) return { state: 'note', text: notes.join(' ') }
      return 'every name in SERVERS, APPS, PROTECT and CHANGE_WINDOWS names something'
    })
  }
}

/** Characters of a list of tools that count as one token (o200k). The same lists were counted with the tokenizer. */
const charactersPerToken = 4.4

/** What every conversation pays for the list of tools. */
function tellTools(config: Config): string {
  const tools = visibleTools(config).list()
  const size = tools.reduce(
    (sum, { name, description, inputSchema }) =>
      sum + JSON.stringify({ name, description, inputSchema }).length,
    0,
  )
  const tokens = Math.round(size / charactersPerToken / 100) * 100
  return `${tools.length} visible, about ${tokens.toLocaleString('en')} tokens in every conversation`
}

/** What is left of our own limit, and what Cloudways said of its own with the last answer. */
async function tellQuota({ cloudways }: Services, account: string | undefined): Promise<string> {
  const { bucket, platform } = await cloudways.call('rate_limit_status', { account })
  const ours = bucket ? `${bucket.remaining} of ${bucket.limit} requests left here` : 'no limit here'
  const theirs = platform && platform.remaining !== null
  return theirs ? `${ours}; Cloudways says ${platform.remaining} of ${platform.limit} for one path` : ours
}

async function tellDiscovery(config: Config, runs: boolean): Promise<string | Finding> {
  if (runs) return walkDiscovery(config)
  return {
    state: 'note',
    text: `no server of cloudways-tools answers at ${config.authBaseUrl} yet: start it, and run doctor again`,
  }
}

/** Without the limits, so that every tool and server can be checked, and without the audit file of a running server. */
function withoutLimits(config: Config): Config {
  const off = { servers: undefined, apps: undefined, protect: undefined, excludeTools: undefined }
  const shown = { toolsets: undefined, tools: undefined, preset: 'all' } as const
  return { ...config, ...off, ...shown, auditFile: undefined, auditArguments: false }
}

function checkNode(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const { node } = process.versions
  if (major > 20 || (major === 20 && minor >= 19)) return `${node}, cloudways-tools ${version}`
  throw new InputError(`${node} is too old.`, 'Install 20.19 or newer.')
}

async function roundTrip(config: Config, services: Services): Promise<Services> {
  try {
    const reason = await tryStorage(config, services.storage)
    if (reason === undefined) return services
    throw new UpstreamError(reason, 'Start it, or fix REDIS_URL.')
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

const fallbacks = {
  'two-step': 'the plan and a token go to the model, which has to bring it back after a yes',
  page: 'on a page: on http of this server, on stdio of this computer',
  refuse: 'refused',
} as const

/** Whether the operator, or a person at the page, has stopped all changes. */
async function tellStop({ storage }: Services): Promise<string | Finding> {
  const stop = await readStop(storage)
  if (!stop) return 'not stopped'
  const { at, by, reason } = stop
  return {
    state: 'note',
    text: `stopped since ${new Date(at).toISOString()} by ${by === 'command' ? 'cloudways-tools stop-changes' : 'a person on the page /stop'}: every change is refused.${reason && ` The reason given: ${reason}`}`,
    fix: 'Let them go on: cloudways-tools stop-changes --resume',
  }
}

/** Whether the addresses of clients can be known. A proxy in front is seen by the URL: this server itself speaks http. */
function tellProxy(
  { authBaseUrl, trustProxy, port: own }: Config,
  seen: string | null = null,
): string | Finding {
  const { protocol, hostname, port } = new URL(authBaseUrl)
  const isBehind = protocol === 'https:' || (!isLoopback(hostname) && Number(port || 80) !== own)
  // The running server tells whether this request came through a proxy.
  if (seen === 'ignored' || (isBehind && !trustProxy)) {
    return {
      state: 'note',
      text: `${seen === 'ignored' ? 'a proxy is' : 'a proxy seems to be'} in front (AUTH_BASE_URL), and TRUST_PROXY is false: all clients then count as one address, and one who guesses credentials locks everybody out.`,
      fix: 'Set TRUST_PROXY=true behind exactly one proxy that appends to X-Forwarded-For.',
    }
  }
  if (trustProxy && (!isBehind || seen === 'none')) {
    return {
      state: 'note',
      text: `TRUST_PROXY is true, and ${seen === 'none' ? 'a request to AUTH_BASE_URL came without X-Forwarded-For' : 'AUTH_BASE_URL names no proxy'}: without one, any client can name any address.`,
    }
  }
  return trustProxy ? 'in front, its X-Forwarded-For counts' : 'none in front, X-Forwarded-For does not count'
}

/** Which changes need a person, and how the person is asked. */
function tellConfirmation(config: Config): string {
  const { readOnly, confirm, confirmBy, confirmFallback, protect, secondYes } = config
  if (readOnly) return 'nothing can be changed, so nobody is asked (READ_ONLY)'
  const two = secondYes
    ? `; what is ${secondYes} needs two people, on the page of http, and is refused elsewhere (SECOND_YES)`
    : ''
  if (confirm === 'never' && !protect) return `nobody is asked (CONFIRM=never)${two}`
  const what =
    confirm === 'never'
      ? 'what is protected'
      : confirm === 'destructive'
        ? 'what is destructive'
        : `what is ${confirm} or worse`
  const way =
    confirmBy === 'page'
      ? fallbacks.page
      : `by the client of the agent where it can, otherwise ${fallbacks[confirmFallback ?? 'page']}`
  return `${what} needs a person: asked ${way}${two}`
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
