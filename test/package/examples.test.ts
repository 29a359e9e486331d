import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, test } from 'vitest'
import { deep } from '../support/deep.ts'
import { built } from '../support/script.ts'

const run = promisify(execFile)
const repo = fileURLToPath(new URL('../..', import.meta.url))
const examples = inject('examples')

/** An environment without configuration: no account, no key. */
const bare = { PATH: process.env.PATH, HOME: process.env.HOME }
const options = { cwd: repo, env: bare, timeout: 60_000 }

test.each(examples)('examples/%s runs with nothing configured and ends by itself', async (file) => {
  const { stdout } = await run(process.execPath, [built(`examples/${file as 'any.ts'}`)], options)
  expect(stdout.trim().length).toBeGreaterThan(20)
})

// From its sources, an example needs five times as long to start, so that one stands for all.
test.each(deep ? examples : ['quickstart.ts'])('examples/%s runs as its head says', async (file) => {
  const { stdout } = await run('npx', ['tsx', `examples/${file}`], options)
  expect(stdout.trim().length).toBeGreaterThan(20)
})
