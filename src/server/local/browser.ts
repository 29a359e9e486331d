/** The browser of the person at this computer. @module */
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { createPrivateFiles } from './private-file.ts'

/** Shows a page to the person. @returns whether that seems to have worked. */
export type OpenBrowser = (url: string) => Promise<boolean>

/**
 * A program that finds no browser ends within this time. A program that still runs is taken for a success, because some
 * stay for as long as the browser is open.
 */
const openMilliseconds = 2000

/**
 * A way to open the browser, or `undefined` where nobody would see the page: with `CI`, with `BROWSER=none`, and on
 * Linux without a display. `BROWSER` names a program that is given the URL. Remote editors set it to a program that
 * opens the page on the person's own desk.
 */
export function browserOf(
  desktop: Partial<Pick<NodeJS.Process, 'env' | 'platform'>> = {},
): OpenBrowser | undefined {
  const command = commandOf(desktop.env ?? process.env, desktop.platform ?? process.platform)
  if (!command) return undefined
  const [program, ...args] = command
  return (url) => started(program, [...args, url])
}

/** Enough for a browser that has to start first. */
const redirectMilliseconds = 60_000

/**
 * As {@link browserOf}, for an address that is a secret. Everybody on this computer can read the arguments of a program.
 * So the browser is given a file that leads to the address, and only the user of this process can read the file.
 *
 * `undefined` also where the browser runs on another computer, which does not have the file.
 */
export function privateBrowserOf(desktop: Parameters<typeof browserOf>[0] = {}): OpenBrowser | undefined {
  const env = desktop.env ?? process.env
  const open = browserOf(desktop)
  if (!open || (env.BROWSER && isRemote(env))) return undefined
  const files = createPrivateFiles('cloudways-tools-page-', redirectMilliseconds)
  process.once('exit', files.dispose)
  return async (url) => open(pathToFileURL(await files.write('open.html', redirectTo(url))).href)
}

const isRemote = ({
  SSH_CONNECTION,
  VSCODE_IPC_HOOK_CLI,
  CODESPACES,
  REMOTE_CONTAINERS,
}: NodeJS.ProcessEnv) => Boolean(SSH_CONNECTION || VSCODE_IPC_HOOK_CLI || CODESPACES || REMOTE_CONTAINERS)

/** The address is one of this server: nothing in it ends an attribute. */
const redirectTo = (url: string) =>
  `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${new URL(url).href}"><title>cloudways-tools</title>\n`

/** A program and its arguments. There is no shell, so nothing in the URL can become a command. */
function commandOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): [string, ...string[]] | undefined {
  if (env.CI && env.CI !== 'false') return undefined
  if (env.BROWSER) return env.BROWSER === 'none' ? undefined : [env.BROWSER]
  if (platform === 'darwin') return ['open']
  // `start` exists in the shell only. It calls this program.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined
}

function started(program: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' })
    const timer = setTimeout(resolve, openMilliseconds, true)
    const end = (worked: boolean) => {
      clearTimeout(timer)
      resolve(worked)
    }
    child.once('error', () => end(false))
    child.once('exit', (code) => end(code === 0))
    child.unref()
  })
}
