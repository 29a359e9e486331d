/** The tests that try a part of what there is in `npm test`, and here all of it: see test/support/deep.ts. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Job, repo, run } from '../kit.ts'

/** The files that ask whether this is a deep run. */
async function deepTests(): Promise<string[]> {
  const paths = (await readdir(join(repo, 'test'), { recursive: true })).filter((path) =>
    path.endsWith('.test.ts'),
  )
  const texts = await Promise.all(paths.map((path) => readFile(join(repo, 'test', path), 'utf8')))
  return paths.filter((_, at) => texts[at]?.includes("support/deep.ts'")).map((path) => `test/${path}`)
}

export const deep: Job = {
  name: 'deep',
  async run() {
    const files = await deepTests()
    const vitest = ['vitest', 'run', '--config', 'test/vitest.config.ts', '--reporter=dot']
    const env = { DEEP_TESTS: 'true' }
    const output = await run('npx', [...vitest, ...files], { cwd: repo, env, seconds: 3600 })
    return `${files.length} files, ${/Tests +(\d+ passed)/.exec(output)?.[1] ?? 'how many tests is unknown'}`
  },
}
