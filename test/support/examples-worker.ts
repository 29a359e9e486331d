/**
 * Runs examples, each when nothing is left to do of the one before, and prints the name of each in front of what it says.
 *
 * Usage: node examples-worker.js /path/of/one.js /path/of/another.js
 */
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'

const paths = process.argv.slice(2)
let running: string | undefined

// Comes whenever this process would end.
process.on('beforeExit', async () => {
  if (running) throw new Error(`${running} waits for what never comes`)
  running = paths.shift()
  if (!running) return
  console.log(`\n=== ${basename(running)}`)
  await import(pathToFileURL(running).href)
  running = undefined
})
