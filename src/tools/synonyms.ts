/** What people call things: for the search over the tools. @module */
import leven from 'leven'
import { meaningRows } from './meanings.ts'
import { phrases } from './phrases.ts'
import { vocabulary } from './vocabulary.ts'

/** Words by which a tool is asked for and that its description has no room for. */
export const meanings: Readonly<Record<string, string>> = meaningRows

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

/** Words of few tools that yet stand in tasks of all kinds. */
const weak = new Set(
  'live production prod account custom user today yesterday night earli time day new old plan page project'.split(
    ' ',
  ),
)

/** The endings that words of these languages take. */
const ending =
  /^(?:e|en|er|es|em|n|r|s|t|te|ten|et|st|ung|ungen|ed|ing|a|as|ar|o|os|an|ad[oa]s?|and?o|amos|acion|aciones|i[dr]|id[oa]|iendo|ee|ees|ez|ent|ons|ement|ais|ait|me|lo|la|los)$/

const same = new Map<string, string[]>()
for (const [meaning, stems] of Object.entries(vocabulary)) {
  for (const one of stems.split(' '))
    same.set(one, [...(same.get(one) ?? []), ...meaning.split(/[ -]/).map(stem)])
}

const split = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .split(/[^a-z0-9]+/)
    .filter(Boolean)

/** The words of a tool as they are compared. */
export const words = (text: string): string[] => split(text).filter((word) => !fillers.has(word))

/**
 * The words of a task, in the words of the tools as far as they are known, each with its weight. `terms` are all words
 * of the tools.
 */
export function askedWords(text: string, terms: ReadonlySet<string>): Map<string, number> {
  const asked = new Map<string, number>()
  const plain = split(withoutNames(text)).join(' ')
  const read = phrases.reduce((now, [pattern, instead]) => now.replace(pattern, instead), plain)
  for (const word of split(read)) {
    const found = fillers.has(word) ? [] : understood(word, terms)
    // A word with many meanings says no more than one with one.
    for (const one of found) {
      const weight = (weak.has(one) ? 0.4 : 1) / found.length ** 0.7
      asked.set(one, Math.max(asked.get(one) ?? 0, weight))
    }
  }
  return asked
}

/** Names of machines and people tell nothing of the task, but that there is an address or a domain. */
const withoutNames = (text: string) =>
  text
    .replace(/\S+@\S+\.\S+/g, ' email ')
    .replace(/\b\d+\.\d+\.\d+\.\d+\S*/g, ' ip address ')
    .replace(/\b(?:https?:\/\/)?(?:[\w-]+\.)+[a-z]{3,}\b\S*/gi, ' domain ')

function understood(word: string, terms: ReadonlySet<string>): string[] {
  const found = meant(word, terms)
  if (found.length > 0) return found
  const right = corrected(word, terms)
  if (right === undefined) return [stem(word)]
  return fillers.has(right) ? [] : meant(right, terms)
}

/** What a word means: itself, where tools have it, and its line of the vocabulary; of a compound both parts. */
function meant(word: string, terms: ReadonlySet<string>): string[] {
  const plain = stem(word)
  const found = [...(terms.has(plain) ? [plain] : []), ...known(word)]
  return found.length > 0 ? [...new Set(found)] : parts(word, terms)
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

/** German writes things together: `Serverneustart` is `server` and `neustart`. */
function parts(word: string, terms: ReadonlySet<string>): string[] {
  for (let at = word.length - 3; at >= 3; at--) {
    const [head, tail] = [word.slice(0, at), word.slice(at)]
    const first = lookUp(head, terms) ?? lookUp(head.replace(/s$/, ''), terms)
    const second = lookUp(tail, terms)
    if (first && second) return [...first, ...second]
  }
  return []
}

function lookUp(word: string, terms: ReadonlySet<string>): string[] | undefined {
  if (word.length < 3) return undefined
  const found = [...(word.length > 3 && terms.has(stem(word)) ? [stem(word)] : []), ...known(word)]
  return found.length > 0 ? found : undefined
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

/** How a question begins, or how one is asked to tell something. */
const asks =
  /^(?:(?:and|und|y|et|so|hey|hi|can you|could you|please|bitte) )*(?:what|which|who|whose|when|where|why|how|is|are|do|does|did|has|have|was|were|any|show|list|tell|display|find|check|give me (?:a|the) (?:list|graph)|graph|was|welche|wer|wann|wo|warum|wieso|wie|ist|sind|hat|haben|gibt|lauft|zeig|liste|in welche|que|cual|cuales|cuando|cuanto|cuanta|cuantos|cuantas|quien|quienes|donde|por que|esta|estan|hay|muestra|lista|dime|quel|quelle|quels|quelles|qui|quand|combien|ou|pourquoi|est|y a|montre|affiche|liste|dis)\b/
const wants =
  /^(?:(?:please|bitte|por favor|can you|could you|i want to|we need to|just) )*(?:add|allow|back up|backup|block|book|bring|buy|bump|call|cancel|change|clear|clone|copy|create|deploy|delete|disable|empty|enable|flush|force|get rid|give|grow|hand|increase|install|invite|kill|let|make|mark|move|nuke|open|point|publish|pull|purge|push|put|raise|reboot|refresh|remove|rename|renew|replace|reset|restart|restore|revert|revoke|roll|rotate|save|scan|send|set|shut|spin|start|stop|subscribe|switch|take|throw|turn|unblock|undo|update|upgrade|whitelist|losch|stell|setz|mach|schalt|sperr|start|stopp|richte|fug|spiel|leer|installier|erneuer|gib|nimm|crea|borra|elimina|anade|agrega|cambia|bloquea|activa|desactiva|reinicia|restaura|pon|quita|actualiza|instala|renueva|vacia|cree|supprime|ajoute|change|bloque|active|desactive|redemarre|restaure|mets|retire|installe|renouvelle|vide|passe|donne|lance|remets)/

/** Whether a task asks to be told something, or to have something done; `undefined` where it does not say. */
export function wishOf(text: string): 'read' | 'change' | undefined {
  const plain = split(text).join(' ')
  if (asks.test(plain)) return 'read'
  return wants.test(plain) ? 'change' : undefined
}
