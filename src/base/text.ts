/**
 * Text from outside, made harmless.
 *
 * @module
 */

/**
 * Control, format, tag and bidirectional characters, fillers, variation selectors, and halves of a pair. Not `\p{Cc}`
 * with an exception for tab and line breaks: that takes three times as long.
 */
const unseen = String.raw`[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`

/**
 * What an emoji is made with: one selector right after a pictograph or a key, a joiner between two pictographs.
 * They stay, for labels have to be found again by their name; so placed, they carry no letters past a reader.
 */
const ofEmoji = String.raw`(?!(?<=\p{Extended_Pictographic})\uFE0F|(?<=[0-9#*])\uFE0F(?=\u20E3)|(?<=\p{Extended_Pictographic}[\uFE0F\u{1F3FB}-\u{1F3FF}]?)\u200D(?=\p{Extended_Pictographic}))`

const anyUnseen = new RegExp(unseen, 'u')
const everyUnseen = new RegExp(ofEmoji + unseen, 'gu')

/** Whether a text may hold what {@link visible} takes out. One test, cheap on text that does not. */
export const mayHide = (text: string): boolean => anyUnseen.test(text)

/**
 * A text without the characters that a person does not see. Line breaks and tabs stay, and the parts of an emoji.
 *
 * @param each called for every character that is taken out.
 */
export function visible(text: string, each?: () => void): string {
  if (!anyUnseen.test(text)) return text
  if (!each) return text.replace(everyUnseen, '')
  return text.replace(everyUnseen, () => {
    each()
    return ''
  })
}

/** Much more than is ever shown, and little work whatever the platform sends. */
const plenty = 10_000

/**
 * Text from outside as one visible line of at most `most` characters.
 *
 * It is cut between words: half a token would no longer be known as one, and pass the redaction. For the same
 * reason what is hidden is taken out and not replaced: a blank would part a token.
 */
export function oneLine(text: string, most: number): string {
  const line = visible(wholeWords(text, plenty)).replace(/\s+/g, ' ').trim()
  return wholeWords(line, most).trim()
}

/** As many whole words as fit. */
function wholeWords(text: string, most: number): string {
  if (text.length <= most) return text
  let end = most
  while (end > 0 && !/\s/.test(text[end - 1] as string)) end--
  return text.slice(0, end)
}

/** A name of the platform's (a field, a type), if it has the form of one: nothing else may stand in our own sentences. */
export function plainName(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : undefined
}

/** An id of the platform's, if it has the form of one: digits, a UUID, either after a short word (`flex-9`). */
export function plainId(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  const form = /^(?:[a-z]{1,12}[-_])?[\da-f]{1,32}(?:-[\da-f]{1,12}){0,4}$/i
  return typeof text === 'string' && form.test(text) ? text : undefined
}

/** A label as a person reads and types it: what looks the same is the same, but for case. */
export const readable = (label: string): string =>
  visible(label).normalize('NFKC').replace(/\s+/g, ' ').trim()
