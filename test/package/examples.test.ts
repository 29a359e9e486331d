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
const options = { cwd: repo, env: bare, timeout: 120_000 }

const fileOf = (example: string) => built(`examples/${example as 'any.ts'}`)

// One process for all, because its start takes longer than most of them. It begins each at the end of the one before.
test('the examples run with nothing configured, and end by themselves', async () => {
  const { stdout } = await run(
    process.execPath,
    [built('test/support/examples-worker.ts'), ...examples.map(fileOf)],
    options,
  )
  // The name of each, and what it said.
  const parts = stdout.split(/^=== (.+)\n/m).slice(1)
  for (const example of examples) {
    const name = example.replace(/ts$/, 'js')
    expect(parts[parts.indexOf(name) + 1]?.trim().length, example).toBeGreaterThan(20)
  }
})

test.each(deep ? examples : [])('examples/%s does so by itself', async (example) => {
  const { stdout } = await run(process.execPath, [fileOf(example)], options)
  expect(stdout.trim().length).toBeGreaterThan(20)
})

// From its sources, an example needs five times as long to start, so that the smallest stands for all.
test.each(deep ? examples : ['storage.ts'])('examples/%s runs as its head says', async (file) => {
  const { stdout } = await run('npx', ['tsx', `examples/${file}`], options)
  expect(stdout.trim().length).toBeGreaterThan(20)
})
