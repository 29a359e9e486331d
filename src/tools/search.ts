/** Full-text search over the tools: names, aliases, titles, descriptions, and what people call things. @module */
import MiniSearch from 'minisearch'
import { proposed } from '../core/platform.ts'
import type { ToolDescription } from '../core/types/description.ts'
import { meanings, words as wordsOf } from './synonyms.ts'

interface Row {
  id: number
  name: string
  aliases: string
  title: string
  description: string
  toolset: string
  meaning: string
}

const indexes = new WeakMap<readonly ToolDescription[], MiniSearch<Row>>()

function indexOf(list: readonly ToolDescription[]): MiniSearch<Row> {
  const known = indexes.get(list)
  if (known) return known
  const index = new MiniSearch<Row>({
    fields: ['name', 'aliases', 'title', 'description', 'toolset', 'meaning'],
    tokenize: wordsOf,
    processTerm: (term) => term,
    searchOptions: {
      boost: { name: 4, aliases: 1.5, title: 3, meaning: 4, description: 1, toolset: 1 },
      combineWith: 'OR',
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 4 ? 0.25 : false),
      weights: { fuzzy: 0.3, prefix: 0.4 },
    },
  })
  index.addAll(
    list.map(({ name, aliases, title, description, toolset }, id) => ({
      ...{ id, name, title, description, toolset },
      aliases: aliases.join(' '),
      meaning: meanings[name] ?? '',
    })),
  )
  indexes.set(list, index)
  return index
}

/** The tools that fit, the best first. A name or an alias as written comes before all. */
export function searchTools(query: string, list: readonly ToolDescription[]): ToolDescription[] {
  const text = query.toLowerCase()
  const isNamed = ({ name, aliases }: ToolDescription) =>
    [name, ...aliases].some((one) => new RegExp(`(?:^|[^a-z_])${one}(?:$|[^a-z_])`).test(text))
  const named = list.filter(isNamed)
  const found = indexOf(list)
    .search(query)
    .map(({ id }) => list[id as number] as ToolDescription)
  return [...new Set([...named, ...found])].filter(({ name }) => name !== proposed.search)
}
