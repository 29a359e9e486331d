/**
 * The JSON of an event in an audit file.
 *
 * @module
 */

/** The longest arguments that are kept of one call: a few calls must not fill the disk. */
const maxArgumentBytes = 64 * 1024

/** An event as JSON, whatever its call was given. If parts are left out, the field `note` says so. */
export function eventJson({ arguments: given, ...facts }: Record<string, unknown>): string {
  if (given === undefined) return jsonOf(facts) ?? plainText(facts)
  const shown = jsonOf(given)
  const bytes = Buffer.byteLength(shown ?? '')
  const note =
    shown === undefined
      ? 'The arguments are left out: they are not JSON.'
      : bytes > maxArgumentBytes
        ? `The arguments are left out: they have ${bytes} bytes, and ${maxArgumentBytes} are kept.`
        : undefined
  if (note !== undefined) return jsonOf({ ...facts, note }) ?? plainText(facts)
  const text = jsonOf(facts) ?? plainText(facts)
  return `${text.slice(0, -1)},"arguments":${shown}}`
}

/** `undefined` for a value without JSON: a cycle, a big integer, or one nested deeper than the stack reaches. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** Only the texts and numbers of an event, which always have JSON. */
function plainText(facts: Record<string, unknown>): string {
  const plain = Object.entries(facts).filter(([, value]) => ['string', 'number'].includes(typeof value))
  return JSON.stringify({
    ...Object.fromEntries(plain),
    note: 'Parts of this event are left out: they are not JSON.',
  })
}
