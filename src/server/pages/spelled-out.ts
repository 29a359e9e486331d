/**
 * Text of others on a page where a person decides: nothing in it may be invisible.
 *
 * @module
 */

// Characters that show nothing or change the direction of text: controls, direction marks, fillers, tags, variation
// selectors, and every blank but the one of the keyboard.
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu

/** The same text with invisible characters written out, such as `shop[U+202E]`, so that nobody takes it for `shop`. */
export function spelledOut(text: string, most = 300): string {
  const cut = Array.from(text.slice(0, 2 * most))
  const shown = cut.slice(0, most).join('').replace(invisible, codePoint)
  return cut.length > most || text.length > 2 * most ? `${shown}…` : shown
}

/** The same for text of several lines: line breaks stay. */
export function linesSpelledOut(text: string, most = 20_000): string {
  const rest = text.length - most
  const lines = text.slice(0, most).replace(invisible, (one) => (one === '\n' ? one : codePoint(one)))
  return rest > 0 ? `${lines}\n… and ${rest} characters more` : lines
}

/** The text as a person can type it: without invisible characters, and with single blanks. */
export function typeable(text: string): string {
  return text
    .replace(/\p{Zs}+|[\t\n\r]+/gu, ' ')
    .replace(invisible, '')
    .replace(/ +/g, ' ')
    .trim()
    .normalize('NFC')
}

function codePoint(one: string): string {
  const point = one.codePointAt(0) as number
  return `[U+${point.toString(16).toUpperCase().padStart(4, '0')}]`
}
