/** The two servers: `cloudways-tools http` and `cloudways-tools stdio`. @module */
import { type StdioServer, serveStdio } from '../adapters/mcp/stdio.ts'
import { isLoopback } from '../base/http.ts'
import { version } from '../base/version.ts'
import { createCloudways } from '../cloudways.ts'
import { errorText } from '../errors.ts'
import { type Config, readConfig } from '../server/config/config.ts'
import { printConfig } from '../server/config/text.ts'
import { aroundCalls } from '../server/http/calls.ts'
import { isWrongSetting, notSetUp } from '../server/http/checked-calls.ts'
import { checkFolderAnswers, tryStorage } from '../server/http/reach-state.ts'
import { loggerOf, openServices, type Services } from '../server/http/services.ts'
import type { RunningServer } from '../server/http/start.ts'
import { createLocalApprovals } from '../server/local/approval.ts'
import { browserOf, privateBrowserOf } from '../server/local/browser.ts'
import { createLocalSignIn } from '../server/local/local.ts'
import { createSecretFiles } from '../server/local/secret-file.ts'
import { sandboxToken } from '../server/pages/credential-fields.ts'
import { type Invocation, sandboxOf } from './args.ts'
import { type Closed, note, onStop } from './output.ts'

export async function runHttp(invocation: Invocation, closed: Closed): Promise<number> {
  const config = readConfig(process.env)
  if (invocation.switches.has('print-config')) {
    process.stdout.write(printConfig(config))
    return 0
  }
  const { startServer } = await import('../server/http/start.ts')
  const logger = loggerOf(config)
  const sandbox = await sandboxOf(invocation)
  const server = await startServer({
    config,
    sandbox,
    login: invocation.switches.has('login'),
    logger,
    openBrowser: privateBrowserOf(),
  })
  const { url, account } = server
  const stopped = new Promise<string>((resolve) => onStop(resolve))
  // A log of JSON lines must hold nothing else.
  const isJson = config.logFormat === 'json'
  if (isJson) logger.info('listening', { url, account })
  else process.stderr.write(`${nextSteps(config, server)}\n`)
  if (sandbox && config.enableOauthAuth) {
    // The log would hide what looks like a token. This one opens nothing but the sandbox.
    const message = sandboxToken.printed(sandbox.credentials.accessToken)
    const line = { time: new Date().toISOString(), level: 'INFO', message }
    process.stderr.write(isJson ? `${JSON.stringify(line)}\n` : `${message}\n\n`)
  }

  const signal = await stopped
  logger.info('stop was asked for', { signal })
  await server.close()
  logger.close()
  closed()
  return 0
}

const header = 'x-cloudways-access-token'
const tokenPage = 'https://platform.cloudways.com/api'

/** The text that a person reads after `cloudways-tools http`. */
function nextSteps(config: Config, server: Pick<RunningServer, 'url' | 'account' | 'login'>): string {
  const { url, account, login } = server
  const endpoint = isPublic(config) ? `${config.authBaseUrl}/mcp` : url
  // A server without an account and without sign-in works only if the client sends a token in a header.
  const needsHeader = account === 'none' && !config.enableOauthAuth
  return [
    `cloudways-tools ${version} serves ${endpoint}`,
    `Account: ${login ? signIn : accounts[account]}`,
    warning(config),
    `Connect a client:

  Claude Code  ${addCommand(endpoint, needsHeader)}
  Cursor       .cursor/mcp.json
               ${JSON.stringify({ mcpServers: { cloudways: entry(endpoint, needsHeader) } })}
  VS Code      .vscode/mcp.json
               ${JSON.stringify({ servers: { cloudways: { type: 'http', ...entry(endpoint, needsHeader) } } })}`,
    realAccount(config, account, endpoint),
    'Ctrl-C stops the server.',
  ]
    .filter((paragraph) => paragraph !== undefined)
    .join('\n\n')
    .concat('\n')
}

const accounts = {
  sandbox: 'the built-in sandbox, a fake with three servers. Nothing reaches Cloudways.',
  environment: 'the one in the environment, for requests that bring no credentials of their own.',
  none: 'none of its own; each request brings its credentials in headers.',
} as const

const signIn = 'that of whoever signs in; a client opens the browser by itself.'

function realAccount(
  config: Config,
  account: RunningServer['account'],
  endpoint: string,
): string | undefined {
  if (account === 'environment') return undefined
  const make = `make an access token at ${tokenPage}`
  if (account === 'none') {
    return config.enableHeaderAuth ? `For a token: ${make}.` : undefined
  }
  return `Use a real account: ${make}, then start without --sandbox, either with
CLOUDWAYS_ACCESS_TOKEN set, or with the token in the client:

  ${config.enableHeaderAuth ? addCommand(endpoint, true) : 'ENABLE_HEADER_AUTH is off'}`
}

function addCommand(endpoint: string, withHeader: boolean): string {
  const add = `claude mcp add --transport http cloudways ${endpoint}`
  return withHeader ? `${add} --header "${header}: YOUR_TOKEN"` : add
}

function entry(url: string, withHeader: boolean) {
  return withHeader ? { url, headers: { [header]: 'YOUR_TOKEN' } } : { url }
}

const isPublic = (config: Config) => !isLoopback(new URL(config.authBaseUrl).hostname)

/** A server answers only requests for its own host name. From another machine, that is hard to find out. */
function warning(config: Config): string | undefined {
  if (isLoopback(config.host) || isPublic(config)) return undefined
  return 'Other machines are refused: set AUTH_BASE_URL to the URL by which they reach this server.'
}

/** With a wrong configuration the server starts all the same: a client shows its person nothing of one that ends. */
export async function runStdio(invocation: Invocation, closed: Closed): Promise<number> {
  try {
    return await serveConfigured(invocation, closed)
  } catch (error) {
    return serveRefusal(error, closed)
  }
}

async function serveConfigured(invocation: Invocation, closed: Closed): Promise<number> {
  const config = readConfig(process.env)
  const logger = loggerOf(config)
  const secretFiles = createSecretFiles()
  const browser = privateBrowserOf()
  const sandbox = await sandboxOf(invocation)
  await checkFolderAnswers(config)
  const approvals = createLocalApprovals(() => ({
    services: services.cloudways.adapter.services,
    config,
    open: browser,
    clientName: () => server.clientName(),
    sandboxToken: sandbox?.credentials.accessToken,
    tell: note,
    onEvent: services.onAuthEvent,
    logger,
  }))
  const services: Services = await openServices(config, {
    fallback: 'page',
    startsUnchecked: true,
    openPage: approvals.openPage,
    onSecrets: secretFiles.keep,
    sandbox,
    logger,
    tell: note,
  })
  try {
    const reason =
      config.redisUrl || config.storageDir ? await tryStorage(config, services.storage) : undefined
    if (reason !== undefined) logger.warning('storage does not answer', { reason })
  } catch (error) {
    await services.dispose()
    throw error
  }
  const signIn = signInOf(config, services, () => server)
  const server = serveStdio(signIn?.cloudways ?? services.cloudways, {
    structuredContent: config.structuredContent,
  })
  logger.debug('serving on stdin and stdout', { account: services.account })
  if (process.stdin.isTTY) {
    note('Waiting for an MCP client on stdin; Ctrl-C ends. For people: cloudways-tools --help')
  }
  await untilClosed(server)
  await signIn?.close()
  await approvals.close()
  await services.dispose()
  secretFiles.dispose()
  logger.close()
  closed()
  return 0
}

async function untilClosed(server: StdioServer): Promise<void> {
  const stopListening = onStop(() => void server.close())
  await server.closed
  stopListening()
}

/**
 * Serve the tools, and answer each call with what is wrong with the configuration.
 *
 * @returns the exit code, when the client has gone.
 * @throws every error that is no wrong configuration, and all of them when a person started the command by hand.
 */
export async function serveRefusal(error: unknown, closed: Closed): Promise<number> {
  if (!isWrongSetting(error) || process.stdin.isTTY) throw error
  note(`cloudways-tools: ${errorText(error)}`)
  const refusal = notSetUp(error)
  await untilClosed(serveStdio(aroundCalls(createCloudways(), () => Promise.reject<never>(refusal))))
  closed()
  return 1
}

/** Sign-in on a local page. A server with an account in the environment, or with ENABLE_OAUTH_AUTH=false, has none. */
function signInOf(config: Config, services: Services, server: () => StdioServer) {
  if (services.account !== 'none' || !config.enableOauthAuth) return undefined
  return createLocalSignIn({
    cloudways: services.cloudways,
    config,
    ask: (request) => server().elicitUrl(request),
    clientName: () => server().clientName(),
    open: browserOf(),
    tell: note,
    onEvent: services.onAuthEvent,
  })
}
