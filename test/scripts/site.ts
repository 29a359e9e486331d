/**
 * The pages as a static site, with a search and without tracking, in .site/dist. VitePress is fetched when it is needed:
 * it is no dependency, so `npm ci` stays as it is.
 *
 * Usage: npm run site, or npm run site -- dev
 */
import { spawnSync } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { chapters, readPage } from '../../src/cli/pages.ts'
import { readManifest } from './release/manifests.ts'

const repo = new URL('../../', import.meta.url)
const site = new URL('.site/', repo)

const sidebar = Object.entries(chapters).map(([text, topics]) => ({
  text,
  items: topics.map((topic) => ({ text: readPage(topic).title, link: `/${topic}` })),
}))

const { name, description, homepage } = await readManifest()
const repository = homepage.replace(/#.*/, '')

const config = {
  title: name,
  description,
  cleanUrls: true,
  lastUpdated: false,
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [{ text: 'Start', link: '/start' }],
    sidebar,
    socialLinks: [{ icon: 'github', link: repository }],
  },
}

/** The front page, with links as they are on the site. */
const front = (readme: string) =>
  readme
    .replaceAll('](src/docs/', '](./')
    .replaceAll(/\]\((\.github\/[^)]+|LICENSE)\)/g, `](${repository}/blob/main/$1)`)

await rm(site, { recursive: true, force: true })
await cp(new URL('src/docs/', repo), site, { recursive: true })
await mkdir(new URL('public/', site))
await cp(new URL('src/docs/llms.txt', repo), new URL('public/llms.txt', site))
await mkdir(new URL('.vitepress/', site))
await writeFile(new URL('index.md', site), front(await readFile(new URL('README.md', repo), 'utf8')))
await writeFile(new URL('.vitepress/config.mjs', site), `export default ${JSON.stringify(config, null, 2)}\n`)

const command = process.argv[2] ?? 'build'
const folder = fileURLToPath(site)
const more = command === 'build' ? ['--outDir', `${folder}dist`] : []
const { status } = spawnSync('npx', ['--yes', 'vitepress@1', command, folder, ...more], { stdio: 'inherit' })
process.exitCode = status ?? 1
