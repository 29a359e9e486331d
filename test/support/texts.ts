/** Texts for properties. `unit: 'binary'` of fast-check first makes a map of all characters, which takes a second and 100 MB. */
import fc from 'fast-check'

/** Any character that stands alone. */
const character = fc
  .oneof(fc.nat(0x7f), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code))

/** A text of any characters. */
export const anyText = (limits: { minLength?: number; maxLength?: number } = {}) =>
  fc.string({ ...limits, unit: character })
