/** The static site of the pages. VitePress refuses links that lead nowhere. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { topics } from '../../../src/cli/pages.ts'
import { bare, type Job, repo } from '../kit.ts'

export const site: Job = {
  name: 'site',
  async run() {
    await promisify(execFile)('npm', ['run', 'site'], { cwd: repo, env: bare, timeout: 600_000 })
    const missing = ['index', ...topics].filter((name) => !existsSync(`${repo}.site/dist/${name}.html`))
    if (missing.length > 0) throw new Error(`The site has no page ${missing.join(', ')}.`)
    return `${topics.length + 1} pages`
  },
}
