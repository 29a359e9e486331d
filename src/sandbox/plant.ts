/** A source of numbers that is the same in every run, so that a failure can be repeated. */
export type Random = () => number

/** Mulberry32. Not for cryptography. */
function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** `length` lower case letters or digits. */
export function word(random: Random, length: number, alphabet = '0123456789abcdef'): string {
  let text = ''
  while (text.length < length) text += alphabet[Math.floor(random() * alphabet.length)]
  return text
}

export const letters = (random: Random, length: number) => word(random, length, 'abcdefghijklmnopqrstuvwxyz')

export function uuid(random: Random): string {
  const part = (length: number) => word(random, length)
  return `${part(8)}-${part(4)}-4${part(3)}-8${part(3)}-${part(12)}`
}

/** A text in tag characters, which no font shows. Attackers hide instructions in this way. */
export const unseen = (text: string) =>
  Array.from(text, (letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0))).join('')

/** Makes secrets and texts that a test can search for wherever they may have leaked to. */
export interface Planter {
  /** Every secret so far, each of them unique. */
  secrets: string[]
  /** The markers in texts that customers of the platform write. */
  untrusted: string[]
  /** A new secret for a field: `canary-master-password-3f9c...`. */
  secret(field: string): string
  /** Remember a secret of another form. Returns the secret. */
  keep(secret: string): string
  /** A text as a customer writes it, with a new marker in it. */
  note(text: string, place: string): string
  random: Random
}

export function createPlanter(seed: number): Planter {
  const random = createRandom(seed)
  const secrets: string[] = []
  const untrusted: string[] = []
  const keep = (secret: string) => {
    secrets.push(secret)
    return secret
  }
  return {
    secrets,
    untrusted,
    random,
    keep,
    secret: (field) => keep(`canary-${field}-${word(random, 16)}`),
    note(text, place) {
      const marker = `note-${place}-${word(random, 8)}`
      untrusted.push(marker)
      return text === '' ? marker : `${text} ${marker}`
    },
  }
}
