/** What people call things: for the search over the tools. @module */
import { meaningRows } from './meanings.ts'

/** Words by which a tool is asked for and that its description has no room for. */
export const meanings: Readonly<Record<string, string>> = meaningRows

/** Words that tell nothing of a task, in the languages that are asked in. */
const fillers = new Set(
  (
    'a an the my our your me i we us it its this that these those of to for on in at by with from is are be was were ' +
    'do does did can could would should please want need help how what which when where why there here have has had and or not no so just ' +
    'will would get got now then than into out up off all any some one ' +
    'der die das den dem des ein eine einen einer mein meine meinen unser unsere ich wir mir uns es ist sind war kann bitte wie was wo wann ' +
    'warum und oder nicht kein keine zu zum zur von vom auf im in an bei mit für mal ' +
    'el la los las un una unos unas mi mis nuestro nuestra yo de del al en por para con es son está y o no que qué cómo como cuál ' +
    'le la les un une des mon ma mes notre nos je nous de du au aux en sur pour par avec est sont et ou ne pas que quoi comment quel quelle'
  ).split(' '),
)

/** A word for the thing, in other languages and in slang, and what the tools call it. */
const same: Readonly<Record<string, string>> = {}

/** The words of a text as they are compared. */
export function words(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !fillers.has(word))
    .flatMap((word) => [stem(word), ...(same[word] ?? '').split(' ').filter(Boolean)])
}

/** The plain form of a word: enough to make `servers` and `server`, `clearing` and `clear` meet. */
function stem(word: string): string {
  if (word.length > 5 && word.endsWith('ing')) return word.slice(0, -3)
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss')) return word.slice(0, -1)
  return word
}
