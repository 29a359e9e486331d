#!/usr/bin/env node
/** The program `cloudways-tools`: what a process of its own needs around a command. @module */
import { runCommand } from './command.ts'
import { keepCompiledCode } from './compile-cache.ts'
import { noteOutside } from './output.ts'

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

/**
 * End the process although something that is not ours, like stdin or an idle connection, keeps it alive. One second is
 * left for output that is still on its way.
 */
const endSoon = () => void setTimeout(() => process.exit(), 1000).unref()

keepCompiledCode()

// Node ends a process that nothing holds, also one that waits. The time of a signal does not hold it, and `fetch` does
// not while it opens a connection anew that was closed before the request.
const holding = setInterval(() => {}, 60_000)

// Not process.exit: it would cut off output that is still on its way into a pipe.
process.exitCode = await runCommand(process.argv.slice(2), endSoon)
clearInterval(holding)
