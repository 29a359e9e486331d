/** Renews README.md and the pages: the parts between their markers, and llms.txt, which lists the pages. */
import { readFile, writeFile } from 'node:fs/promises'
import { readPage, topics } from '../../src/cli/pages.ts'
import { counts, part } from './page-parts.ts'

export const root = new URL('../../', import.meta.url)

/** Everything that people read, by its path. */
export const texts: readonly string[] = [
  'README.md',
  ...topics.map((topic) => `src/docs/${topic}.md`),
  '.github/CONTRIBUTING.md',
  '.github/SECURITY.md',
]

export interface Renewed {
  path: string
  before: string
  after: string
}

const marked = /<!-- ([a-z-]+):start -->[\s\S]*?<!-- \1:end -->/g

async function renewedText(path: string): Promise<Renewed> {
  const before = await readFile(new URL(path, root), 'utf8')
  const names = [...before.matchAll(marked)].map(([, name]) => name as string)
  const made = new Map<string, string>()
  for (const name of names) made.set(name, await part(name))
  const after = before
    .replaceAll(marked, (_, name) => `<!-- ${name}:start -->\n\n${made.get(name)}\n\n<!-- ${name}:end -->`)
    .replace(
      /The same \d+ tools \(\d+ by default\)/,
      `The same ${counts.all} tools (${counts.core} by default)`,
    )
  return { path, before, after }
}

/** For programs that read documentation: what there is, and where. https://llmstxt.org */
async function renewedList(): Promise<Renewed> {
  const path = 'src/docs/llms.txt'
  const { description } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'))
  const lines = topics.map((topic) => {
    const { title, summary } = readPage(topic)
    return `- [${title}](${topic}.md): ${summary}`
  })
  const after = `# cloudways-tools

> ${description}

In a terminal, \`npx cloudways-tools help TOPIC\` prints a page, and \`npx cloudways-tools tools --json\` the tools with
their schemas.

## Pages

${lines.join('\n')}
`
  return { path, before: await readFile(new URL(path, root), 'utf8').catch(() => ''), after }
}

export async function renewedPages(): Promise<Renewed[]> {
  return Promise.all([...texts.map(renewedText), renewedList()])
}

export async function writePages(): Promise<void> {
  for (const { path, after } of await renewedPages()) await writeFile(new URL(path, root), after)
}
