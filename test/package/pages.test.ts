import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { commands } from '../../src/cli/args.ts'
import { chapters, readPage, topics } from '../../src/cli/pages.ts'
import { clients } from '../../src/server/clients.ts'
import { variableList } from '../../src/server/config/variables.ts'
import { renewedPages, root } from '../scripts/write-pages.ts'
import { blocks, pageAt, pages, proseOf } from '../support/pages.ts'
import { byName } from '../tools/all.ts'

it('the generated parts are what the declarations say (fix with: npm run docs)', async () => {
  for (const { path, before, after } of await renewedPages()) expect(before, path).toBe(after)
})

it('every file is a topic, and every topic has a heading and one line that says what it is for', () => {
  const files = readdirSync(new URL('src/docs', root)).filter((name) => name.endsWith('.md'))
  expect(files.map((name) => name.slice(0, -3)).sort()).toEqual([...topics].sort())
  for (const topic of topics) {
    const { title, summary } = readPage(topic)
    expect(title, topic).toMatch(/^[A-Z]/)
    expect(summary, topic).toMatch(/^.{20,115}[.:]$/)
  }
})

it('README.md links every page, by chapters', () => {
  const { text } = pageAt('README.md')
  for (const [chapter, pages] of Object.entries(chapters)) {
    const row = text.split('\n').find((line) => line.startsWith(`| ${chapter} | `)) ?? ''
    expect([...row.matchAll(/\]\(src\/docs\/([\w-]+)\.md\)/g)].map(([, topic]) => topic)).toEqual(pages)
  }
})

/** As the anchors of GitHub and of the site are made. */
const anchorOf = (heading: string) =>
  heading
    .replaceAll(/[`*]|\]\([^)]*\)|\[/g, '')
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(' ', '-')

it('every link leads to a file of the repository, and every anchor to a heading', () => {
  const wrong = pages.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(({ 1: target = '' }) => {
      if (/^https:\/\/[^\s]+$/.test(target)) return []
      const [file = '', anchor] = target.split('#')
      const path = file ? new URL(file, new URL(page.path, root)).href.slice(root.href.length) : page.path
      try {
        const headings = [...proseOf(pageAt(path)).matchAll(/^#+ (.+)$/gm)].map(([, text]) => anchorOf(text!))
        return anchor === undefined || headings.includes(anchor) ? [] : [`${page.path}: ${target}`]
      } catch {
        return [`${page.path}: ${target}`]
      }
    }),
  )
  expect(wrong).toEqual([])
})

/** Names with underscores that are not of the configuration, and what they are. */
const others = new Set(['NODE_USE_ENV_PROXY', 'HTTPS_PROXY', 'LICENSE', 'FULL_ACCESS', 'DEEP_TESTS'])

it('every variable that a page names exists', () => {
  const known = new Set<string>([...variableList.map(([name]) => name), ...others])
  const family = /^CLOUDWAYS_(ACCESS_TOKEN|TOKEN_FILE)_[A-Z]+$/
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/(?<![\w$/.<-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w(])/g)].map(([name]) => [name, path]),
  )
  expect(named.length).toBeGreaterThan(150)
  expect(named.filter(([name]) => !known.has(name!) && !family.test(name!))).toEqual([])
})

it('every block has a language that is checked', () => {
  // Blocks without one show what a terminal prints.
  expect([...new Set(blocks.map(({ language }) => language))].sort()).toEqual([
    '',
    'json',
    'sh',
    'toml',
    'ts',
  ])
})

it('the tools of the cookbook and of the migration pages exist', () => {
  const calls = /`([a-z]+(?:_[a-z]+)+)`/g
  const named = [...pageAt('src/docs/cookbook.md').text.matchAll(calls)].map(([, name]) => name as string)
  const arguments_ = new Set(['app_id', 'not_checked', 'problems_only', 'backup_first', 'o200k_base'])
  expect(named.filter((name) => !byName[name] && !arguments_.has(name))).toEqual([])
  const rows = pageAt('src/docs/migrate-cw-mcp.md')
    .text.split('\n')
    .filter((line) => /^\| `/.test(line))
  expect(rows.length).toBeGreaterThan(15)
  for (const row of rows) {
    const cells = row.split('|').map((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!))
    for (const tool of cells[1]!) expect(byName[tool], tool).toBeDefined()
    const taken = cells[3]!.filter((name) => !byName[name] && name !== 'latest')
    for (const name of taken) expect(Object.keys(byName[cells[1]![0]!]!.input), row).toContain(name)
  }
})

it('the page of clients names the documentation and the file of each client that install knows', () => {
  const { text } = pageAt('src/docs/clients.md')
  const home = { home: '~', folder: '.', env: {} }
  for (const { title, page, file, field } of Object.values(clients)) {
    // VS Code opens the file by a command.
    const path = file({ ...home, platform: 'darwin' }).replace(/^.*\/Code\/User\//, '')
    for (const part of [`## ${title}\n`, page, field, path]) expect(text.includes(part), part).toBe(true)
  }
})

it('the table of commands has every command', () => {
  const { text } = readPage('start')
  const named = Object.keys(commands).filter((name) => name !== 'stdio')
  expect(named.filter((name) => !text.includes(`| \`cloudways-tools ${name}`))).toEqual([])
})
