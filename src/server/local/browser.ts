/**
 * The browser of the person at this computer.
 *
 * @module
 */
import { spawn } from 'node:child_process'

/** Shows a page to the person. @returns whether it looks as if that worked. */
export type OpenBrowser = (url: string) => Promise<boolean>

/** Where to look for a browser: by default, in this process. */
export interface Desktop {
  env?: NodeJS.ProcessEnv
  platform?: NodeJS.Platform
}

/** Openers that find no browser say so fast; some others stay for as long as the browser is open. Milliseconds. */
const patience = 2000

/**
 * A way to open the browser, or `undefined` where nobody would see it: with `CI`, with `BROWSER=none`, and on
 * Linux without a display. `BROWSER` names a program that is given the URL, as a remote editor sets it to one
 * that opens the page at the person's own desk.
 */
export function browserOf({
  env = process.env,
  platform = process.platform,
}: Desktop = {}): OpenBrowser | undefined {
  const command = commandOf(env, platform)
  if (!command) return undefined
  const [program, ...args] = command
  return (url) => started(program, [...args, url])
}

/** Never a shell: the URL is an argument, and stays one. */
function commandOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): [string, ...string[]] | undefined {
  if (env.CI && env.CI !== 'false') return undefined
  if (env.BROWSER) return env.BROWSER === 'none' ? undefined : [env.BROWSER]
  if (platform === 'darwin') return ['open']
  // `start` is a word of the shell; this is what it calls.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined
}

function started(program: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' })
    const timer = setTimeout(resolve, patience, true)
    const end = (worked: boolean) => {
      clearTimeout(timer)
      resolve(worked)
    }
    child.once('error', () => end(false))
    child.once('exit', (code) => end(code === 0))
    child.unref()
  })
}
