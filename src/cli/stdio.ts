/** `cloudways-tools stdio`: MCP on stdin and stdout. @module */
import { serveStdio } from '../adapters/mcp/stdio.ts'
import { readConfig } from '../server/config.ts'
import { loggerOf, openServices } from '../server/services.ts'
import type { Invocation } from './args.ts'
import { note } from './output.ts'
import { sandboxOf } from './sandbox.ts'
import { endSoon, onStop } from './signals.ts'

export async function runStdio(invocation: Invocation): Promise<number> {
  const config = readConfig(process.env)
  const logger = loggerOf(config)
  const services = await openServices(config, { sandbox: await sandboxOf(invocation), logger })
  const server = serveStdio(services.cloudways)
  const forget = onStop(() => void server.close())
  logger.debug('serving on stdin and stdout', { account: services.account })
  if (process.stdin.isTTY) {
    note('Waiting for an MCP client on stdin; Ctrl-C ends. For people: cloudways-tools --help')
  }
  await server.closed
  forget()
  await services.dispose()
  logger.close()
  endSoon()
  return 0
}
