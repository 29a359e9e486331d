/** `cloudways-tools http`: the self-hosted server, and what to do next. @module */
import { readConfig } from '../server/config/config.ts'
import { printConfig } from '../server/config/text.ts'
import { loggerOf } from '../server/http/services.ts'
import { type Invocation, sandboxOf } from './args.ts'
import { nextSteps } from './next-steps.ts'
import { endSoon, onStop } from './signals.ts'

export async function runHttp(invocation: Invocation): Promise<number> {
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
  })
  const { url, account } = server
  // A log of JSON lines must hold nothing else.
  if (config.logFormat === 'json') logger.info('listening', { url, account })
  else {
    // `note` would hide what looks like a token. The only token here is the sandbox's, which is no secret.
    process.stderr.write(`${nextSteps(config, server)}\n`)
    if (sandbox && server.login) {
      process.stderr.write(
        `Sign in with the sandbox's own access token: ${sandbox.credentials.accessToken}\n\n`,
      )
    }
  }

  const signal = await new Promise<string>((resolve) => onStop(resolve))
  logger.info('stop was asked for', { signal })
  await server.close()
  logger.close()
  endSoon()
  return 0
}
