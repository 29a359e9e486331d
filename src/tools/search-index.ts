/** The index of the search: what is known of each tool, compared by BM25. @module */
import MiniSearch from 'minisearch'
import type { ToolDescription } from '../core/types/description.ts'
import { examples } from './examples.ts'
import { meanings } from './meanings.ts'
import { type Reader, readerFor, stem, wordsOf } from './synonyms.ts'

/** What is known of a list of tools. */
export interface SearchIndex {
  /** How well each tool fits a task, by its place in the list. */
  scoresOf(query: string): number[]
  /** How likely a task asks to be told something, from 0 to 1: else it wishes a change. */
  asksToRead(query: string): number
}

/** Words, and how often each stands there. */
type Bag = Map<string, number>

type List = readonly ToolDescription[]

const indexes = new WeakMap<List, SearchIndex>()

/** The last few, for a toolkit that is made anew for each request, and lists the same tools. */
let latest: { list: List; index: SearchIndex }[] = []

const compared = ['name', 'title', 'description', 'risk'] as const

const isSame = (one: List, other: List) =>
  one.length === other.length &&
  one.every((tool, at) => compared.every((key) => tool[key] === other[at]?.[key]))

/** The index of a list, made once: it takes as long as some hundred searches. */
export function indexOf(list: List): SearchIndex {
  const known = indexes.get(list) ?? latest.find((one) => isSame(one.list, list))?.index
  const index = known ?? { scoresOf: scoring(list.map(documentOf)), asksToRead: asking(list) }
  if (!known) latest = [{ list, index }, ...latest].slice(0, 4)
  indexes.set(list, index)
  return index
}

/** The texts that tell of a tool, with how much each counts. */
const boost = { name: 2, title: 1, description: 0.5, meaning: 1, requests: 1 }

const fields = Object.keys(boost) as (keyof typeof boost)[]

type Document = Record<keyof typeof boost, string> & { id: number }

const documentOf = ({ name, title, description }: ToolDescription, id: number): Document => ({
  ...{ id, name, title, description },
  meaning: meanings[name] ?? '',
  requests: examples[name] ?? '',
})

/** What the words of the tools and of a task have in common is told by `synonyms.ts`; the library compares it. */
function scoring(documents: readonly Document[]): SearchIndex['scoresOf'] {
  const words = new Set(documents.flatMap((one) => fields.flatMap((field) => wordsOf(one[field]))))
  const read = remembered(readerFor(new Set([...words, ...[...words].map(stem)])))
  const index = new MiniSearch<Document>({
    fields,
    tokenize: wordsOf,
    // Of these types a term becomes one other; of the library itself it may become several.
    processTerm: (word) => read(word).map(([sign]) => sign) as never,
    searchOptions: { boost, bm25: { k: 1.2, b: 0.7, d: 0 } },
  })
  index.addAll(documents)
  return (query) => {
    const weights = new Map(wordsOf(query).flatMap(read))
    const scores = documents.map(() => 0)
    const boostTerm = (sign: string) => weights.get(sign) ?? 1
    for (const { id, score } of index.search(query, { boostTerm })) scores[id] = score
    return scores
  }
}

/** Words come again and again. */
function remembered(read: Reader): Reader {
  const known = new Map<string, ReturnType<Reader>>()
  return (word) => {
    const found = known.get(word) ?? read(word)
    known.set(word, found)
    return found
  }
}

const add = (bag: Bag, key: string) => bag.set(key, (bag.get(key) ?? 0) + 1)

const sum = (values: Iterable<number>) => [...values].reduce((all, one) => all + one, 0)

/** Learns from the requests which words ask and which ones wish: naive Bayes over two classes. */
function asking(list: List): SearchIndex['asksToRead'] {
  const [reads, changes]: [Bag, Bag] = [new Map(), new Map()]
  for (const { name, risk } of list)
    for (const word of wordsOf(examples[name] ?? '')) add(risk === 'read' ? reads : changes, stem(word))
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
