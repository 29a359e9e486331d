/** Text of a page for a terminal: its marks as colours, cut into lines. @module */

const codes = { heading: [1, 22], strong: [1, 22], code: [36, 39] } as const

export const styled = (style: keyof typeof codes, text: string): string => {
  const [on, off] = codes[style]
  return text && `\u001b[${on}m${text}\u001b[${off}m`
}

/** A link to a page says how the page is shown; any other link says where it leads. */
const linked = (text: string, target: string) => {
  const page = /^([a-z-]+)\.md(#.*)?$/.exec(target)?.[1]
  if (page) return `${text} (cloudways-tools help ${page})`
  return target.startsWith('http') && !target.endsWith(text) ? `${text} (${target})` : text
}

/** The marks inside of a paragraph. What is in code marks stays as it is, but for links. */
export const inline = (text: string): string =>
  text
    .replaceAll(/!\[([^\]]*)\]\([^)]*\)/g, '[picture: $1]')
    .replaceAll(/\[([^\]]+)\]\(([^)]+)\)/g, (_, words, target) => linked(words, target))
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.startsWith('`') && part.length > 2
        ? styled('code', part.slice(1, -1))
        : part.replaceAll('\\|', '|').replaceAll(/<(https:[^>]+)>/g, '$1'),
    )
    .join('')
    .replaceAll(/\*\*(.+?)\*\*/g, (_, words) => styled('strong', words))

// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks that this file writes
const marks = /\u001b\[\d+m/g

/** How many columns a text takes. */
export const widthOf = (text: string): number => text.replaceAll(marks, '').length

/** Lines of at most this width. A longer word keeps a line for itself. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ +/)) {
    if (line && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line)
      line = word
    } else line = line ? `${line} ${word}` : word
  }
  return [...lines, line]
}
