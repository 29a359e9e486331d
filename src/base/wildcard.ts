/**
 * Whether a text fits a pattern in which `*` stands for any text. Linear in the text: the parts between the stars are
 * found one after the other.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return text === pattern
  if (text.length < first.length + last.length) return false
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  const middle = text.slice(first.length, text.length - last.length)
  let at = 0
  return rest.every((part) => {
    const found = middle.indexOf(part, at)
    at = found + part.length
    return found >= 0
  })
}
