/**
 * Markdown for a terminal: headings in bold, paragraphs and tables in the width of the window. It knows what the pages of
 * this package have, and no more: headings, paragraphs, lists, tables, code, links, pictures and comments.
 *
 * @module
 */
import { tableLines } from './markdown-table.ts'
import { inline, styled, wrapped } from './markdown-text.ts'

/** @param width of the terminal; lines of code may be longer. */
export function forTerminal(markdown: string, width: number): string {
  const lines = markdown.replaceAll(/<!--[\s\S]*?-->\n?/g, '').split('\n')
  const out: string[] = []
  for (let at = 0; at < lines.length; ) {
    const block = blockAt(lines, at)
    out.push(...shown(block, width))
    at += block.length
  }
  return `${out
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()}\n`
}

/** The lines that belong together: a fence, a table, a list item, a paragraph, or one line alone. */
function blockAt(lines: readonly string[], from: number): string[] {
  const first = lines[from] as string
  const until = (ends: (line: string) => boolean) => {
    const length = lines.slice(from + 1).findIndex(ends)
    return lines.slice(from, length < 0 ? undefined : from + 1 + length)
  }
  if (first.startsWith('```')) return [...until((line) => line.startsWith('```')), '```']
  if (first.startsWith('|')) return until((line) => !line.startsWith('|'))
  if (alone.test(first)) return [first]
  return until((line) => alone.test(line) || item.test(line) || /^(\||```)/.test(line))
}

const alone = /^(#|\s*$)/
const item = /^(\s*)([-*]|\d+\.) /

function shown(block: readonly string[], width: number): string[] {
  const [first = ''] = block
  const heading = /^(#+) (.*)/.exec(first)
  if (heading) return [styled('heading', inline(heading[2] as string))]
  if (first.startsWith('```')) return block.slice(1, -1).map((line) => styled('code', `  ${line}`.trimEnd()))
  if (first.startsWith('|')) return tableLines(block, width)
  const text = block.map((line) => line.trim()).join(' ')
  const mark = item.exec(first)?.[0] ?? ''
  const rest = text.slice(mark.trimStart().length)
  const indent = ' '.repeat(mark.length)
  return wrapped(inline(rest), width - mark.length).map(
    (line, index) => `${index === 0 ? mark : indent}${line}`,
  )
}
