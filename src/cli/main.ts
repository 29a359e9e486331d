#!/usr/bin/env node
/**
 * The program `cloudways-tools`. A command's code is loaded only when the command runs, so that the start is quick.
 *
 * @module
 */
import { CloudwaysError, errorText, InputError } from '../errors.ts'
import { type CommandName, type Invocation, readArguments } from './args.ts'
import { keepCompiledCode } from './compile-cache.ts'
import { note, noteOutside } from './output.ts'

/** @returns the exit code. */
type Run = (invocation: Invocation) => Promise<number>

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

/** The exit code of an InputError: 2 for a mistake on the command line, 1 for a server that can't start. */
let mistake = 2

async function main(args: readonly string[]): Promise<number> {
  const invocation = readArguments(args)
  if (invocation.switches.has('help')) {
    process.stdout.write((await import('./help.ts')).helpText(invocation.command))
    return 0
  }
  if (invocation.switches.has('version')) {
    process.stdout.write(`${(await import('../base/version.ts')).version}\n`)
    return 0
  }
  const { command = 'stdio', config } = invocation
  if (command === 'http' || command === 'stdio') mistake = 1
  if (config !== undefined) {
    const { readConfigFile } = await import('./config-file.ts')
    try {
      readConfigFile(config, process.env)
    } catch (error) {
      if (command !== 'stdio') throw error
      return (await import('./serve.ts')).serveRefusal(error)
    }
  }
  return (await runs[command]())(invocation)
}

// The reader of a pipe may close it early, as `| head` does. That is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

// Node would print the error with all its fields, secrets too.
process.on('uncaughtException', (error) => {
  noteOutside(`cloudways-tools hit an internal error: ${error.stack ?? error}`)
  process.exit(1)
})

keepCompiledCode()

try {
  // Not process.exit: it would cut off output that is still on its way into a pipe.
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.exitCode = error instanceof InputError ? mistake : 1
  if (error instanceof CloudwaysError) note(`cloudways-tools: ${errorText(error)}`)
  else noteOutside(`cloudways-tools hit an internal error: ${(error as Error).stack ?? error}`)
}
