/**
 * Text of others, for a page on which somebody decides.
 *
 * @module
 */

// All that shows nothing or turns text around: controls, direction marks, fillers, tags, variation selectors, and
// blanks that are none of the keyboard.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu

/** The same text with everything invisible written out: `shop[U+202E]` is not to be taken for `shop`. */
export function visible(text: string, most = 300): string {
  const cut = Array.from(text.slice(0, 2 * most))
  const shown = cut.slice(0, most).join('').replace(unseen, written)
  return cut.length > most || text.length > 2 * most ? `${shown}…` : shown
}

/** The same for text of several lines. */
export function visibleLines(text: string, most = 20_000): string {
  const rest = text.length - most
  const lines = text.slice(0, most).replace(unseen, (one) => (one === '\n' ? one : written(one)))
  return rest > 0 ? `${lines}\n… and ${rest} characters more` : lines
}

/** What somebody can type: without everything invisible, blanks as one. */
export function typeable(text: string): string {
  return text
    .replace(/\p{Zs}+|[\t\n\r]+/gu, ' ')
    .replace(unseen, '')
    .replace(/ +/g, ' ')
    .trim()
    .normalize('NFC')
}

function written(one: string): string {
  const point = one.codePointAt(0) as number
  return `[U+${point.toString(16).toUpperCase().padStart(4, '0')}]`
}
