/**
 * What an audit file says of a call, as JSON.
 *
 * @module
 */

/** Of the arguments of one call, as JSON: whoever makes calls must not fill the disk with a few of them. Bytes. */
const mostArguments = 64 * 1024

/** An event as JSON, whatever came with its call. What is left out is told in its `note`. */
export function textOf({ arguments: given, ...facts }: Record<string, unknown>): string {
  if (given === undefined) return jsonOf(facts) ?? plainText(facts)
  const shown = jsonOf(given)
  const bytes = Buffer.byteLength(shown ?? '')
  const note =
    shown === undefined
      ? 'The arguments are left out: they are not JSON.'
      : bytes > mostArguments
        ? `The arguments are left out: they have ${bytes} bytes, and ${mostArguments} are kept.`
        : undefined
  if (note !== undefined) return jsonOf({ ...facts, note }) ?? plainText(facts)
  const text = jsonOf(facts) ?? plainText(facts)
  return `${text.slice(0, -1)},"arguments":${shown}}`
}

/** `undefined` for what has no JSON: cycles, big integers, nested deeper than the stack reaches. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** The texts and numbers of an event, which always have JSON. */
function plainText(facts: Record<string, unknown>): string {
  const plain = Object.entries(facts).filter(([, value]) => ['string', 'number'].includes(typeof value))
  return JSON.stringify({
    ...Object.fromEntries(plain),
    note: 'Parts of this event are left out: they are not JSON.',
  })
}
