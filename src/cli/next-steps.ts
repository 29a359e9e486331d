/**
 * The text that tells a person what to do with a server that has just started.
 *
 * @module
 */

import { isLoopback } from '../base/http.ts'
import { version } from '../base/version.ts'
import type { Config } from '../server/config/config.ts'
import type { RunningServer } from '../server/http/start.ts'

const header = 'x-cloudways-access-token'
const tokenPage = 'https://platform.cloudways.com/api'

/** The text that a person reads after `cloudways-tools http`. */
export function nextSteps(config: Config, server: Pick<RunningServer, 'url' | 'account' | 'login'>): string {
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
