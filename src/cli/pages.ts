/** The pages of `src/docs`, which `cloudways-tools help TOPIC` prints. @module */
import { readFileSync } from 'node:fs'
import { InputError } from '../errors.ts'

/** Every page, by chapters, in the order in which somebody reads them. */
export const chapters = {
  Begin: ['start', 'concepts', 'safety', 'campaigns', 'cookbook'],
  Connect: ['clients', 'accounts', 'configuration', 'self-hosting'],
  Build: ['functions', 'ai-sdk', 'mcp', 'recipes', 'own-tools', 'state', 'testing'],
  'Look up': ['tools', 'performance'],
  'Come from elsewhere': ['migrate-cw-mcp', 'migrate-official'],
} as const

export type Topic = (typeof chapters)[keyof typeof chapters][number]

export const topics: readonly Topic[] = Object.values(chapters).flat()

/** A page: its heading, the one line below it, and all of it as Markdown. */
export interface Page {
  title: string
  summary: string
  text: string
}

export function readPage(topic: Topic): Page {
  const text = readFirst(`src/docs/${topic}.md`)
  const [, title, summary] = /^# (.+)\n\n(.+)\n/.exec(text) as unknown as [string, string, string]
  return { title, summary, text }
}

/** The command may be a file of its own, or one of a folder of them: the pages are above it. */
function readFirst(path: string): string {
  for (let above = './'; above.length < 30; above += '../') {
    try {
      return readFileSync(new URL(`${above}${path}`, import.meta.url), 'utf8')
    } catch {}
  }
  throw new InputError(
    'This copy of the program came without its pages.',
    'They are in the package, in src/docs.',
  )
}
