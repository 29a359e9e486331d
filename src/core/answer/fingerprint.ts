/** Queries without their values. @module */

/** A quoted text to its end; to the end of all when it was cut off. `x'41'` and `_utf8mb4'a'` are quoted texts too. */
const single = String.raw`(?:\b(?:_[a-z0-9]{2,20}|[xbn])\s{0,3})?'(?:[^'\\]|\\[^]|'')*(?:'|\\?$)`
const double = String.raw`"(?:[^"\\]|\\[^]|"")*(?:"|\\?$)`
/** A name in backticks stays. */
const name = '`(?:[^`]|``)*(?:`|$)'
const comment = String.raw`/\*[^]*?(?:\*/|$)|--(?=\s|$)[^\n]*|#[^\n]*`
/** A number of any form, which is no part of a name: `wp_2_posts` and `t1` are names. */
const number = String.raw`(?<![\w$.@\x80-\uffff])(?:0[xb][0-9a-f]+|\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)(?![\w$\x80-\uffff])`
const literal = new RegExp(`(${name})|(${comment})|${single}|${double}|${number}`, 'gi')

/** A duration, a count or a time, as they stand beside a query in the same table. */
const isPlainValue = (text: string) => /^[\d\s.,:/TZ+%-]*(?:m?s)?$/.test(text)

/**
 * A query without its values: every literal is `?`, a list of them is one, and comments are left out. Names of tables
 * and columns stay, in backticks too.
 *
 * A double-quoted text is a value and a backslash is an escape, as MySQL reads them. A server in another mode ends some
 * texts earlier. So where the last quote is not closed, everything from the first text with an escaped quote is a value.
 */
export function fingerprint(query: string): string {
  return isPlainValue(query) ? query : tidy(withoutValues(query))
}

function withoutValues(query: string): string {
  let doubtful: number | undefined
  let open = false
  const read = query.replace(literal, (...found) => {
    const [match, name, comment] = found as [string, string | undefined, string | undefined]
    if (name || comment) return name ?? ' '
    const quoted = /['"]/.exec(match)
    if (quoted && /\\['"]/.test(match)) doubtful ??= found.at(-2) as number
    if (quoted && !isClosed(match.slice(quoted.index))) open = true
    return '?'
  })
  return open && doubtful !== undefined ? `${withoutValues(query.slice(0, doubtful))} ?` : read
}

const isClosed = (text: string) => text.length > 1 && text.endsWith(text[0] as string)

const tidy = (query: string) =>
  query
    .replace(/\s+/g, ' ')
    .replace(/\( ?[-+]?\?(?: ?, ?[-+]?\?)* ?\)/g, '(?)')
    .replace(/\(\?\)(?: ?, ?\(\?\))+/g, '(?)')
    .trim()
