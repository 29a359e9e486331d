/**
 * The programs that people talk to a model in: where each keeps its MCP servers, and how it writes one.
 *
 * @module
 */
import { posix, win32 } from 'node:path'

/** The machine that a path is for. */
export interface Machine {
  platform: NodeJS.Platform
  home: string
  /** The folder that the command was called in. */
  folder: string
  env: Readonly<Record<string, string | undefined>>
}

/** What the client starts, or the address that it asks. */
export type Server = { command: string; args: string[]; env?: Record<string, string> } | { url: string }

export interface Client {
  title: string
  format: 'json' | 'toml'
  /** The field of the file that has the servers. */
  field: string
  file(machine: Machine): string
  /** The entry of a server; `undefined`: this client takes no address in its file. */
  entry(server: Server): object | undefined
  /** What the person does then. */
  after: string
  /** The client's own page about it. */
  page: string
}

/** A path below a folder, as the platform writes it. */
const below = ({ platform }: Machine, folder: string, ...names: string[]) =>
  (platform === 'win32' ? win32 : posix).join(folder, ...names)

const inHome = (machine: Machine, ...names: string[]) => below(machine, machine.home, ...names)

/** Where a program with windows keeps what is the user's. */
function inUserData(machine: Machine, ...names: string[]): string {
  const { platform, env } = machine
  if (platform === 'win32' && env.APPDATA) return below(machine, env.APPDATA, ...names)
  if (platform === 'win32') return inHome(machine, 'AppData', 'Roaming', ...names)
  if (platform === 'darwin') return inHome(machine, 'Library', 'Application Support', ...names)
  return env.XDG_CONFIG_HOME
    ? below(machine, env.XDG_CONFIG_HOME, ...names)
    : inHome(machine, '.config', ...names)
}

const isRemote = (server: Server): server is { url: string } => 'url' in server

/** An address under the name that the client has for it. */
const addressed =
  (name: string, more: object = {}) =>
  (server: Server): object =>
    isRemote(server) ? { ...more, [name]: server.url } : server

const typed = (server: Server) => ({ type: isRemote(server) ? 'http' : 'stdio', ...server })

const restart = (title: string) => `Restart ${title}.`

export const clients = {
  'claude-code': {
    title: 'Claude Code',
    format: 'json',
    field: 'mcpServers',
    file: (machine) => below(machine, machine.folder, '.mcp.json'),
    entry: typed,
    after:
      'It holds for this folder: start claude here, and approve the server. For all folders: claude mcp add --scope user.',
    page: 'https://code.claude.com/docs/en/mcp',
  },
  'claude-desktop': {
    title: 'Claude Desktop',
    format: 'json',
    field: 'mcpServers',
    file: (machine) => inUserData(machine, 'Claude', 'claude_desktop_config.json'),
    entry: (server) => (isRemote(server) ? undefined : server),
    after: restart('Claude Desktop'),
    page: 'https://modelcontextprotocol.io/docs/develop/connect-local-servers',
  },
  cursor: {
    title: 'Cursor',
    format: 'json',
    field: 'mcpServers',
    file: (machine) => inHome(machine, '.cursor', 'mcp.json'),
    entry: addressed('url'),
    after: restart('Cursor'),
    page: 'https://cursor.com/docs/mcp',
  },
  vscode: {
    title: 'VS Code',
    format: 'json',
    field: 'servers',
    file: (machine) => inUserData(machine, 'Code', 'User', 'mcp.json'),
    entry: typed,
    after: 'Run "MCP: List Servers" in VS Code and start cloudways.',
    page: 'https://code.visualstudio.com/docs/agents/reference/mcp-configuration',
  },
  windsurf: {
    title: 'Windsurf',
    format: 'json',
    field: 'mcpServers',
    file: (machine) => inHome(machine, '.codeium', 'windsurf', 'mcp_config.json'),
    entry: addressed('serverUrl'),
    after: 'Refresh the MCP servers in the Cascade panel.',
    page: 'https://docs.windsurf.com/windsurf/cascade/mcp',
  },
  codex: {
    title: 'Codex',
    format: 'toml',
    field: 'mcp_servers',
    file: (machine) =>
      machine.env.CODEX_HOME
        ? below(machine, machine.env.CODEX_HOME, 'config.toml')
        : inHome(machine, '.codex', 'config.toml'),
    entry: addressed('url'),
    after: restart('Codex'),
    page: 'https://developers.openai.com/codex/mcp',
  },
  gemini: {
    title: 'Gemini CLI',
    format: 'json',
    field: 'mcpServers',
    file: (machine) => inHome(machine, '.gemini', 'settings.json'),
    entry: addressed('httpUrl'),
    after: restart('Gemini CLI'),
    page: 'https://geminicli.com/docs/tools/mcp-server/',
  },
} as const satisfies Record<string, Client>

export type ClientName = keyof typeof clients

/** How the package is started. A program of Windows can't start `npx` itself, which is a script there. */
export function startOf({ platform }: Pick<Machine, 'platform'>, env: Record<string, string>): Server {
  const args = ['npx', '-y', 'cloudways-tools']
  const [command = '', ...rest] = platform === 'win32' ? ['cmd', '/c', ...args] : args
  return { command, args: rest, ...(Object.keys(env).length > 0 && { env }) }
}
