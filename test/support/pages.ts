/** README.md and the pages as tests read them. */
import { readFileSync } from 'node:fs'
import { root, texts } from '../scripts/write-pages.ts'

export interface Page {
  path: string
  text: string
}

export const pageAt = (path: string): Page => ({ path, text: readFileSync(new URL(path, root), 'utf8') })

/** All of them. */
export const pages: readonly Page[] = texts.map(pageAt)

export interface Block {
  /** The page and the line. */
  at: string
  language: string
  code: string
}

/** The code of a page, without the recipes: `npm run release:check` installs what those need, and runs them. */
export function blocksOf({ path, text }: Page): Block[] {
  const own = text.replaceAll(/<!-- recipe-([a-z-]+):start -->[\s\S]*?<!-- recipe-\1:end -->/g, blank)
  return [...own.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: language = '', 2: code = '', index }) => ({
      at: `${path}:${own.slice(0, index).split('\n').length}`,
      ...{ language, code },
    }),
  )
}

/** The lines of a text, and nothing in them. */
const blank = (text: string) => text.replaceAll(/[^\n]/g, '')

export const blocks: readonly Block[] = pages.flatMap(blocksOf)

/** A page without its blocks of code. */
export const proseOf = ({ text }: Page): string => text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, blank)
