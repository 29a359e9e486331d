/**
 * A command line as a whole: it is read, run, and ends with an exit code. A command's code is loaded only when the
 * command runs, so that the start is quick.
 *
 * @module
 */
import { CloudwaysError, errorText, InputError } from '../errors.ts'
import { type CommandName, type Invocation, readArguments } from './args.ts'
import { type Closed, note, noteOutside } from './output.ts'

/** @returns the exit code. */
type Run = (invocation: Invocation, closed: Closed) => Promise<number>

const runs: Record<CommandName, () => Promise<Run>> = {
  stdio: async () => (await import('./serve.ts')).runStdio,
  http: async () => (await import('./serve.ts')).runHttp,
  tools: async () => (await import('./tools.ts')).runTools,
  call: async () => (await import('./call.ts')).runCall,
  audit: async () => (await import('./audit.ts')).runAudit,
  doctor: async () => (await import('./doctor.ts')).runDoctor,
  'stop-changes': async () => (await import('./stop-changes.ts')).runStopChanges,
  install: async () => (await import('./install.ts')).runInstall,
  help: async () => (await import('./help-topic.ts')).runHelp,
  keygen: async () => (await import('./keygen.ts')).runKeygen,
}

/** Run a command line. Errors are told on stderr. @returns the exit code. */
export async function runCommand(args: readonly string[], closed: Closed): Promise<number> {
  let invocation: Invocation | undefined
  try {
    invocation = readArguments(args)
    return await run(invocation, closed)
  } catch (error) {
    if (error instanceof CloudwaysError) note(`cloudways-tools: ${errorText(error)}`)
    else noteOutside(`cloudways-tools hit an internal error: ${(error as Error).stack ?? error}`)
    // A server that can't start is no mistake on the command line.
    const isMistake = error instanceof InputError && !(invocation && isServer(invocation))
    return isMistake ? 2 : 1
  }
}

/** The command that is meant where none is named. */
const commandOf = ({ command = 'stdio' }: Invocation): CommandName => command

const isServer = (invocation: Invocation) => ['http', 'stdio'].includes(commandOf(invocation))

async function run(invocation: Invocation, closed: Closed): Promise<number> {
  const { switches, config } = invocation
  if (switches.has('help')) {
    process.stdout.write((await import('./help.ts')).helpText(invocation.command))
    return 0
  }
  if (switches.has('version')) {
    process.stdout.write(`${(await import('../base/version.ts')).version}\n`)
    return 0
  }
  const command = commandOf(invocation)
  if (config !== undefined) {
    const { readConfigFile } = await import('./config-file.ts')
    try {
      readConfigFile(config, process.env)
    } catch (error) {
      if (command !== 'stdio') throw error
      return (await import('./serve.ts')).serveRefusal(error, closed)
    }
  }
  return (await runs[command]())(invocation, closed)
}
