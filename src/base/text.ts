/** Text from outside, made harmless. @module */

/**
 * Characters that a person does not see: control, format, tag and bidirectional characters, fillers, variation
 * selectors, and halves of a surrogate pair. Tab and line breaks are not among them. The control characters are
 * listed, because `\p{Cc}` with an exception for tab and line breaks takes three times as long.
 */
const invisible = String.raw`[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`

/**
 * The parts of an emoji: one selector right after a pictograph or a key, and a joiner between two pictographs. They
 * stay, because a label must be found again by its name. In these places they can carry no hidden text.
 */
const partOfEmoji = String.raw`(?!(?<=\p{Extended_Pictographic})\uFE0F|(?<=[0-9#*])\uFE0F(?=\u20E3)|(?<=\p{Extended_Pictographic}[\uFE0F\u{1F3FB}-\u{1F3FF}]?)\u200D(?=\p{Extended_Pictographic}))`

const anyInvisible = new RegExp(invisible, 'u')
const everyInvisible = new RegExp(partOfEmoji + invisible, 'gu')

/** Whether {@link withoutInvisible} may change a text. The test is cheap for a text without such characters. */
export const mayHide = (text: string): boolean => anyInvisible.test(text)

/**
 * A text without its invisible characters. Line breaks, tabs and the parts of an emoji stay.
 *
 * @param onRemoved called for every character that is removed.
 */
export function withoutInvisible(text: string, onRemoved?: () => void): string {
  if (!anyInvisible.test(text)) return text
  if (!onRemoved) return text.replace(everyInvisible, '')
  return text.replace(everyInvisible, () => {
    onRemoved()
    return ''
  })
}

/** A text in which each invisible character is written out, such as `shop[U+202E]`: a person sees that it is there. */
export const spelledOut = (text: string): string =>
  anyInvisible.test(text) ? text.replace(everyInvisible, codePoint) : text

/** `[U+202E]` for the character of that number. */
export const codePoint = (character: string): string =>
  `[U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}]`

/** A text of at most `most` characters, and words that count the rest: nobody takes the beginning for the whole. */
export function cut(text: string, most: number): { shown: string; more: string } {
  const characters = text.length <= most ? [] : Array.from(text)
  if (characters.length <= most) return { shown: text, more: '' }
  const rest = characters.length - most
  return {
    // Between characters: `slice` of a text could cut a surrogate pair.
    shown: characters.slice(0, most).join(''),
    more: `… and ${rest} more ${rest === 1 ? 'character' : 'characters'}`,
  }
}

/** Characters of a text that {@link oneLine} looks at, at most: much more than it ever shows. */
const mostCharacters = 10_000

/**
 * Text from outside as one visible line of at most `most` characters.
 *
 * The line is cut between words, because the redaction would not recognise half of a secret. Invisible characters are
 * removed and not replaced for the same reason: a blank would part a secret in two.
 */
export function oneLine(text: string, most: number): string {
  const line = withoutInvisible(wholeWords(text, mostCharacters)).replace(/\s+/g, ' ').trim()
  return wholeWords(line, most).trim()
}

/** As many whole words as fit. */
function wholeWords(text: string, most: number): string {
  if (text.length <= most) return text
  let end = most
  while (end > 0 && !/\s/.test(text[end - 1] as string)) end--
  return text.slice(0, end)
}

/**
 * The name of a field or type of the platform, or `undefined` when it has not the form of one. Only such a name may
 * stand in a sentence of ours.
 */
export function plainName(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : undefined
}

/** An id of the platform, or `undefined`: digits or a UUID, also after a short word (`flex-9`). */
export function plainId(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  const form = /^(?:[a-z]{1,12}[-_])?[\da-f]{1,32}(?:-[\da-f]{1,12}){0,4}$/i
  return typeof text === 'string' && form.test(text) ? text : undefined
}

/** A label as a person reads and types it: two labels that look the same become the same text, except for case. */
export const readable = (label: string): string =>
  withoutInvisible(label).normalize('NFKC').replace(/\s+/g, ' ').trim()
