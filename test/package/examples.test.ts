import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const repo = fileURLToPath(new URL('../..', import.meta.url))
const examples = (await readdir(new URL('../../examples', import.meta.url))).filter((file) =>
  file.endsWith('.ts'),
)

/** An environment without configuration: no account, no key. */
const bare = { PATH: process.env.PATH, HOME: process.env.HOME }

test.each(examples)(
  'examples/%s runs with nothing configured and ends by itself',
  async (file) => {
    const { stdout } = await run('npx', ['tsx', `examples/${file}`], {
      cwd: repo,
      env: bare,
      timeout: 60_000,
    })
    expect(stdout.trim().length).toBeGreaterThan(20)
  },
  90_000,
)
