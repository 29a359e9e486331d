/**
 * Text from outside, made harmless: one line, at most `most` characters, without control and direction characters.
 *
 * It is cut between words: half a token would no longer be known as one, and pass the redaction.
 *
 * @module
 */
export function oneLine(text: string, most: number): string {
  const line = text
    // Much more than any `most`, and little work whatever the platform sends.
    .slice(0, 10_000)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return line.length > most ? line.slice(0, most).replace(/\S*$/, '').trim() : line
}
