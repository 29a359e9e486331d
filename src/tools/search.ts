/** Full-text search over the tools: names, aliases, titles, descriptions, and what people call things. @module */
import MiniSearch from 'minisearch'
import { proposed } from '../core/platform.ts'
import type { ToolDescription } from '../core/types/description.ts'
import { askedWords, meanings, stem, wishOf, words } from './synonyms.ts'

interface Row {
  id: number
  name: string
  aliases: string
  title: string
  description: string
  toolset: string
  meaning: string
}

interface Index {
  search: MiniSearch<Row>
  terms: ReadonlySet<string>
}

const indexes = new WeakMap<readonly ToolDescription[], Index>()

function indexOf(list: readonly ToolDescription[]): Index {
  const known = indexes.get(list)
  if (known) return known
  const terms = new Set<string>()
  const search = new MiniSearch<Row>({
    fields: ['name', 'aliases', 'title', 'description', 'toolset', 'meaning'],
    tokenize: words,
    processTerm: (term) => {
      const plain = stem(term)
      terms.add(term).add(plain)
      return plain
    },
    searchOptions: {
      boost: { name: 3, aliases: 1, title: 2, meaning: 6, description: 1, toolset: 0.5 },
      combineWith: 'OR',
      processTerm: (term) => term,
      prefix: (term) => term.length > 3 && !terms.has(term),
      weights: { fuzzy: 0.3, prefix: 0.4 },
    },
  })
  search.addAll(
    list.map(({ name, aliases, title, description, toolset }, id) => ({
      ...{ id, name, title, description, toolset },
      aliases: aliases.join(' '),
      meaning: meanings[name] ?? '',
    })),
  )
  const index = { search, terms }
  indexes.set(list, index)
  return index
}

/** The tools that fit, the best first. A name or an alias as written comes before all. */
export function searchTools(query: string, list: readonly ToolDescription[]): ToolDescription[] {
  const text = query.toLowerCase()
  const isNamed = ({ name, aliases }: ToolDescription) =>
    [name, ...aliases].some((one) => new RegExp(`(?:^|[^a-z_])${one}(?:$|[^a-z_])`).test(text))
  const named = list.filter(isNamed)
  const wish = wishOf(query)
  const boostDocument = (id: number) => (wish && isOf(wish, list[id] as ToolDescription) ? 1.6 : 1)
  const { search, terms } = indexOf(list)
  const asked = askedWords(query, terms)
  const found = search
    .search(query, {
      tokenize: () => [...asked.keys()],
      boostTerm: (term) => asked.get(term) ?? 1,
      boostDocument,
    })
    .map(({ id }) => list[id as number] as ToolDescription)
  return [...new Set([...named, ...found])].filter(({ name }) => name !== proposed.search)
}

/** Whether a tool does what is wished: a question is answered by one that reads. */
const isOf = (wish: 'read' | 'change', { risk }: ToolDescription) => (risk === 'read') === (wish === 'read')
