/** `cloudways-tools stdio`: MCP on stdin and stdout. @module */
import { type StdioServer, serveStdio } from '../adapters/mcp/stdio.ts'
import { type Config, readConfig } from '../server/config/config.ts'
import { loggerOf, openServices, type Services } from '../server/http/services.ts'
import { browserOf } from '../server/local/browser.ts'
import { createLocalSignIn } from '../server/local/local.ts'
import { createSecretFiles } from '../server/local/secret-file.ts'
import { type Invocation, sandboxOf } from './args.ts'
import { endSoon, note, onStop } from './output.ts'

export async function runStdio(invocation: Invocation): Promise<number> {
  const config = readConfig(process.env)
  const logger = loggerOf(config)
  const secretFiles = createSecretFiles()
  const services = await openServices(config, {
    fallback: 'two-step',
    onSecrets: secretFiles.keep,
    sandbox: await sandboxOf(invocation),
    logger,
    tell: note,
  })
  const signIn = signInOf(config, services, () => server)
  const server = serveStdio(signIn?.cloudways ?? services.cloudways)
  const stopListening = onStop(() => void server.close())
  logger.debug('serving on stdin and stdout', { account: services.account })
  if (process.stdin.isTTY) {
    note('Waiting for an MCP client on stdin; Ctrl-C ends. For people: cloudways-tools --help')
  }
  await server.closed
  stopListening()
  await signIn?.close()
  await services.dispose()
  secretFiles.dispose()
  logger.close()
  endSoon()
  return 0
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
