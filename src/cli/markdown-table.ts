/** A table of a page for a terminal. @module */
import { inline, styled, widthOf, wrapped } from './markdown-text.ts'

const gap = '  '

/** @param rows with their bars, the second one between head and body. */
export function tableLines(rows: readonly string[], width: number): string[] {
  const cells = rows.filter((_, index) => index !== 1).map(cellsOf)
  const widths = widthsOf(cells, width)
  return cells.flatMap((row, index) => {
    const columns = row.map((cell, at) => wrapped(cell, widths[at] as number))
    const height = Math.max(...columns.map((lines) => lines.length))
    const lines = Array.from({ length: height }, (_, at) =>
      columns
        .map((column, place) => padded(column[at] ?? '', widths[place] as number))
        .join(gap)
        .trimEnd(),
    )
    if (index > 0 || row.every((cell) => cell === '')) return lines.filter(Boolean)
    return lines.map((line) => styled('strong', line))
  })
}

/** A bar with a backslash before it belongs to its cell. */
const cellsOf = (row: string) =>
  row
    .trim()
    .replaceAll(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => inline(cell.trim()))

const padded = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** What each column wants. Where that is too much, the widest gives way, as far as its words let it. */
function widthsOf(cells: readonly string[][], width: number): number[] {
  const each = (of: (cell: string) => number) =>
    (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => of(row[at] ?? ''))))
  const widths = each(widthOf)
  const words = each((cell) => Math.max(...cell.split(' ').map(widthOf)))
  const room = width - gap.length * (widths.length - 1)
  for (let over = widths.reduce((sum, one) => sum + one, 0) - room; over > 0; over--) {
    const most = Math.max(...widths.filter((one, at) => one > (words[at] as number)))
    if (most < 0) break
    const at = widths.findIndex((one, place) => one === most && one > (words[place] as number))
    widths[at] = most - 1
  }
  return widths
}
