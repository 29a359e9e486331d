/** The index of the search: one bag of words for each tool, compared by BM25. @module */
import type { ToolDescription } from '../core/types/description.ts'
import { examples } from './examples.ts'
import { meanings } from './meanings.ts'
import { type Reader, readerFor, type Sign, stem, wordsOf } from './synonyms.ts'

/** What is known of a list of tools. */
export interface SearchIndex {
  /** How well each tool fits a task, by its place in the list. */
  scoresOf(query: string): number[]
  /** How likely a task asks to be told something, from 0 to 1: else it wishes a change. */
  asksToRead(query: string): number
}

/** Words, and how much each counts. */
type Bag = Map<string, number>

/** The tools that have a sign, by their places, and how much of it. */
interface Row {
  at: number[]
  count: number[]
}

const indexes = new WeakMap<readonly ToolDescription[], SearchIndex>()

/** The index of a list, made once. */
export function indexOf(list: readonly ToolDescription[]): SearchIndex {
  const known = indexes.get(list)
  if (known) return known
  const told = list.map(wordsTelling)
  const words = [...new Set(told.flatMap((bag) => [...bag.keys()]))]
  const read = readerFor(new Set([...words, ...words.map(stem)]))
  const index = { scoresOf: scoring(told, read), asksToRead: asking(list) }
  indexes.set(list, index)
  return index
}

const add = (bag: Bag, key: string, weight: number) => bag.set(key, (bag.get(key) ?? 0) + weight)

/** The words that tell of a tool, and how much each counts. */
function wordsTelling({ name, title, description }: ToolDescription): Bag {
  const bag: Bag = new Map()
  const texts: [text: string, weight: number][] = [
    [name, 2],
    [title, 1],
    [description, 0.5],
    [meanings[name] ?? '', 1],
    [examples[name] ?? '', 1],
  ]
  for (const [text, weight] of texts) for (const word of wordsOf(text)) add(bag, word, weight)
  return bag
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}

/** BM25, with rare words counting less than usual: a chance word of one tool should not decide alone. */
function scoring(told: readonly Bag[], read: Reader): SearchIndex['scoresOf'] {
  const [saturation, byLength, rarity] = [1.2, 0.7, 0.7]
  const rows = rowsOf(told, read)
  const lengths = told.map(() => 0)
  for (const { at, count } of rows.values()) {
    for (const [nth, place] of at.entries()) lengths[place] = (lengths[place] ?? 0) + (count[nth] ?? 0)
  }
  const usual = sum(lengths) / told.length
  const damped = lengths.map((length) => saturation * (1 - byLength + (byLength * length) / usual))
  return (query) => {
    const scores = told.map(() => 0)
    for (const [sign, weight] of new Map(wordsOf(query).flatMap(read))) {
      const { at, count } = rows.get(sign) ?? { at: [], count: [] }
      const rare = Math.log(1 + (told.length - at.length + 0.5) / (at.length + 0.5)) ** rarity
      at.forEach((place, nth) => {
        const often = count[nth] ?? 0
        const gain = (often * (saturation + 1)) / (often + (damped[place] ?? 0))
        scores[place] = (scores[place] ?? 0) + weight * rare * gain
      })
    }
    return scores
  }
}

function rowsOf(told: readonly Bag[], read: Reader): Map<string, Row> {
  const rows = new Map<string, Row>()
  const byWord = new Map<string, Row[]>()
  const rowOf = ([sign]: Sign): Row => {
    const row = rows.get(sign) ?? { at: [], count: [] }
    rows.set(sign, row)
    return row
  }
  told.forEach((words, place) => {
    for (const [word, weight] of words) {
      const found = byWord.get(word) ?? read(word).map(rowOf)
      byWord.set(word, found)
      for (const { at, count } of found) {
        const last = at.length - 1
        if (at[last] === place) count[last] = (count[last] ?? 0) + weight
        else {
          at.push(place)
          count.push(weight)
        }
      }
    }
  })
  return rows
}

/** Learns from the requests which words ask and which ones wish: naive Bayes over two classes. */
function asking(list: readonly ToolDescription[]): SearchIndex['asksToRead'] {
  const [reads, changes]: [Bag, Bag] = [new Map(), new Map()]
  for (const { name, risk } of list)
    for (const word of wordsOf(examples[name] ?? '')) add(risk === 'read' ? reads : changes, stem(word), 1)
  const all = sum(reads.values()) / sum(changes.values())
  const leaning = (word: string) =>
    Math.log(((reads.get(word) ?? 0) + 0.5) / ((changes.get(word) ?? 0) + 0.5) / all)
  return (query) => {
    const known = [...new Set(wordsOf(query).map(stem))].filter(
      (word) => reads.has(word) || changes.has(word),
    )
    return 1 / (1 + Math.exp(-sum(known.map(leaning))))
  }
}
