/** The body of an answer of the HTTP client of Node.js, as a Response takes it. @module */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** Whether a Response of this status may have a body. */
export const hasBody = ({ statusCode = 500 }: IncomingMessage): boolean =>
  statusCode >= 200 && ![204, 205, 304].includes(statusCode)

/** @param read what comes of the bytes, where they are packed. Default: the bytes. */
export function bodyOf(
  incoming: IncomingMessage,
  read: (incoming: IncomingMessage) => Readable = (bytes) => bytes,
): ReadableStream<Uint8Array> | null {
  if (hasBody(incoming)) return Readable.toWeb(read(incoming)) as ReadableStream<Uint8Array>
  incoming.resume()
  return null
}
