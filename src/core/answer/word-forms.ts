/**
 * Telling a token from words: labels, branches and addresses are made of words, tokens are not.
 *
 * @module
 */

/** One word: letters in one case or in camel case, with at most four digits behind; or digits alone. */
const word = /^(?:\p{Lu}?\p{Ll}{1,30}(?:\p{Lu}\p{Ll}{1,20}){0,4}|\p{Lu}{1,20}|\p{Lo}+)?\d{0,4}$|^\d{1,14}$/u

/** A version, a size or a day: `1080x1920`, `20260805T231906Z`, `3rd`, `v2`. */
const measure = /^\d{1,8}[a-z]{1,2}(?:\d{1,8}[a-z]?)?$|^[a-z]\d{1,8}$/i

const parts = (text: string) => text.split(/[-_.~+,:;/@|()[\] ]+/)

const isWord = (part: string) => part === '' || word.test(part) || (part.length < 16 && measure.test(part))

/** Whether a text is made of words and numbers, as people write labels. */
export const isWords = (text: string): boolean => parts(text).every(isWord)

/** Whether a part of an address looks like a token: long, and no words. */
export function looksLikeToken(text: string): boolean {
  if (text.length < 16) return false
  const odd = parts(text).filter((part) => !isWord(part))
  // A hash in the name of a file is short. The parts of a UUID are short too, and there are five.
  return odd.some((part) => part.length >= 16) || odd.join('').length >= 20
}
