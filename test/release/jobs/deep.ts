/** The tests that try a part of what there is in `npm test`, and here all of it: see test/support/deep.ts. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Job, repo, run } from '../kit.ts'

/** The files that ask whether this is a deep run, themselves or through what they import. */
async function deepTests(): Promise<string[]> {
  const folder = join(repo, 'test')
  const all = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.ts'))
  const imports = new Map<string, string[]>()
  for (const path of all) {
    const found = (await readFile(join(folder, path), 'utf8')).matchAll(/ from '(\.[^']+)'/g)
    imports.set(
      path,
      [...found].map(([, to = '']) => join(dirname(path), to)),
    )
  }
  const asking = new Set(['support/deep.ts'])
  for (let known = 0; known < asking.size; ) {
    known = asking.size
    for (const [path, to] of imports) if (to.some((one) => asking.has(one))) asking.add(path)
  }
  return [...asking].filter((path) => path.endsWith('.test.ts')).map((path) => `test/${path}`)
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
