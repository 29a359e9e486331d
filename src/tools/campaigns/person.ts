/** Whether a word that somebody gave names a person, a user, a key or an address. @module */
import { covers, sameSpelling } from '../../core/declare/addresses.ts'

const isWord = /[\p{L}\p{N}]/u

/** Whether a text has these words, whole: `sam` is in `sam@example.com` and `sam-laptop`, and not in `samantha`. */
export function names(words: string, text: string): boolean {
  const [wanted, given] = [words.trim().toLowerCase(), text.toLowerCase()]
  for (let at = given.indexOf(wanted); at >= 0; at = given.indexOf(wanted, at + 1)) {
    const around = [given.slice(0, at).at(-1), given.slice(at + wanted.length).at(0)]
    if (!around.some((letter) => letter !== undefined && isWord.test(letter))) return true
  }
  return false
}

/** Whether it is in a text at all. */
export const isIn = (words: string, text: string): boolean =>
  text.toLowerCase().includes(words.trim().toLowerCase())

export const isSame = (one: string, other: string): boolean => sameSpelling(one) === sameSpelling(other)

/** Whether one of two entries of an access list covers the other. */
export const meets = (one: string, other: string): boolean =>
  isSame(one, other) || covers(one, other) === true || covers(other, one) === true
