/** Reading the body of an answer to its end, within a ceiling. @module */
import { NoAnswer } from './no-answer.ts'

/**
 * The body as text. What is counted is what comes out of `gzip`: a small answer may unpack to gigabytes.
 *
 * @param most megabytes.
 * @throws NoAnswer when there is more; the rest is not read.
 */
export async function readText(body: ReadableStream<Uint8Array> | undefined, most: number): Promise<string> {
  if (!body) return ''
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    bytes += next.value.byteLength
    if (bytes > most * 2 ** 20) {
      reader.cancel().catch(() => {})
      throw new NoAnswer('too_large', `more than ${most} MB`)
    }
    text += decoder.decode(next.value, { stream: true })
  }
  return text + decoder.decode()
}
