/** What the words of a task say: for the search over the tools. @module */
import leven from 'leven'
import { vocabulary } from './vocabulary.ts'

/** Words that tell nothing of a task, in the languages that are asked in. */
const fillers = new Set(
  (
    'a an the my our your me i we us it its this that these those of to for on in at by with from is are be was were ' +
    'do does did can could would should please want need help how what which when where why there here have has had and or not no so just ' +
    'will would get got now then than into out up off all any some one he she they him his her them their as if but too very also s t m re ve ll ' +
    'again still since before after about make made let lets go goes going see take use give put dont don same really today tomorrow client customer call run ' +
    'muy tres trop sehr mas plus otro otra otros autre autres andere steht stehen aus wieder client cliente clientes kunde kunden kundin customers clients bien alors encore ya aqui hier ici ' +
    'der die das den dem des ein eine einen einer einem eines mein meine meinen meiner unser unsere unseren unserem ich wir mir uns es ist sind war kann bitte wie was wo wann du dich ' +
    'warum und oder nicht kein keine zu zum zur von vom auf im in an am bei beim mit fur mal noch nur doch schon dann wenn aber auch welche welcher welches welchen wird werden wer hat haben gibt soll sollen will mach mache machen stell stelle er sie ihn fürs furs ' +
    'el la los las un una unos unas mi mis nuestro nuestra yo de del al en por para con es son esta esto este y o no que qué cómo como cual cuando se le lo su sus me nos hay ha han tiene tengo quiero haz hacer puede puedo desde todo donde ' +
    'le la les un une des mon ma mes notre nos je nous de du au aux en sur pour par avec est sont et ou ne pas que quoi comment quel quelle quels quelles il elle ils ce cette ces se sa son ses a y d l j c n qu qui fais faire fait peut veux depuis'
  )
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .split(' '),
)

/** The endings that words of these languages take. */
const ending =
  /^(?:e|en|er|es|em|n|r|s|t|te|ten|et|st|ung|ungen|ed|ing|a|as|ar|o|os|an|ad[oa]s?|and?o|amos|acion|aciones|i[dr]|id[oa]|iendo|ee|ees|ez|ent|ons|ement|ais|ait|me|lo|la|los)$/

const same = new Map<string, string[]>()
for (const [meaning, stems] of Object.entries(vocabulary)) {
  for (const one of stems.split(' '))
    same.set(one, [...(same.get(one) ?? []), ...meaning.split(/[ -]/).map(stem)])
}

/** The words of a text in plain letters. Names of machines and people tell nothing but that there is a domain or an address. */
export function wordsOf(text: string): string[] {
  const told = text
    .replace(/\S+@\S+\.\S+/g, ' email ')
    .replace(/\b\d+\.\d+\.\d+\.\d+\S*/g, ' ip address ')
    .replace(/\b(?:https?:\/\/)?(?:[\w-]+\.)+[a-z]{3,}\b\S*/gi, ' domain ')
  // A letter stays whole without its accent.
  const plain = told.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss')
  return plain.toLowerCase().match(/[a-z0-9]+/g) ?? []
}

/** What a word says, and how much each sign counts. */
export type Sign = readonly [sign: string, weight: number]

/** Tells what a word says. */
export type Reader = (word: string) => readonly Sign[]

/**
 * Reads words for one search: what tools have in common, and the word as written, also one that fills, as it may tell a
 * question from a wish. `terms` are all words of the tools.
 */
export const readerFor =
  (terms: ReadonlySet<string>): Reader =>
  (word) => [...meantBy(word, terms), [`=${stem(word)}`, 0.6]]

/** A word with many meanings says no more than one with one. */
function meantBy(word: string, terms: ReadonlySet<string>): Sign[] {
  const found = fillers.has(word) ? [] : understood(word, terms)
  return found.map((one) => [one, 1 / found.length ** 0.7])
}

function understood(word: string, terms: ReadonlySet<string>): string[] {
  const found = meant(word, terms)
  if (found.length > 0) return found
  const right = corrected(word, terms)
  if (right === undefined) return [stem(word)]
  return fillers.has(right) ? [] : meant(right, terms)
}

/** What a word means: itself, where tools have it, and its line of the vocabulary. */
function meant(word: string, terms: ReadonlySet<string>): string[] {
  const plain = stem(word)
  return [...new Set([...(terms.has(plain) ? [plain] : []), ...known(word)])]
}

/** The line of the vocabulary for a word, with or without an ending. */
function known(word: string): string[] {
  if (same.has(word)) return same.get(word) as string[]
  for (let end = word.length - 1; end >= Math.max(4, word.length - 7); end--) {
    const base = word.slice(0, end)
    if (same.has(base) && ending.test(word.slice(end))) return same.get(base) as string[]
  }
  return []
}

const spellings = new WeakMap<ReadonlySet<string>, string[]>()

/** The word that was meant by a misspelt one: letters in another order, or one or two wrong. */
function corrected(word: string, terms: ReadonlySet<string>): string | undefined {
  if (word.length < 3 || /\d/.test(word)) return undefined
  const all = spellings.get(terms) ?? [...new Set([...terms, ...same.keys(), ...fillers])]
  spellings.set(terms, all)
  const letters = sorted(word)
  const turned = all.find(
    (one) => one.length === word.length && one[0] === word[0] && sorted(one) === letters,
  )
  if (turned || word.length < 4) return turned
  const most = word.length > 6 ? 2 : 1
  let best: { one: string; distance: number } | undefined
  for (const one of all) {
    if (one[0] !== word[0] || one.length < 4 || Math.abs(one.length - word.length) > most) continue
    const distance = leven(one, word)
    if (distance <= most && (!best || distance < best.distance)) best = { one, distance }
  }
  return best?.one
}

const sorted = (word: string) => [...word].sort().join('')

/** The plain form of a word: enough to make `servers` and `server`, `excluded` and `exclude` meet. */
export function stem(word: string): string {
  if (word.length < 4) return word
  const cut = word
    .replace(/ies$/, 'y')
    .replace(/(?<=...)s$/, (s, at: number) => (/[sui]/.test(word[at - 1] ?? '') ? s : ''))
    .replace(/(?<=...)(?:ing|ed|er|ly)$/, '')
    .replace(/(?<=...)e$/, '')
  return cut.replace(/([bdgmnprt])\1$/, '$1')
}
