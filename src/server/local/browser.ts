/** The browser of the person at this computer. @module */
import { spawn } from 'node:child_process'

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
