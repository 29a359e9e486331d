/** Search over the tools for a task in people's words, in four languages. @module */
import { proposed } from '../core/platform.ts'
import type { ToolDescription } from '../core/types/description.ts'
import { indexOf } from './search-index.ts'

/** The tools that fit, the best first. A name or an alias as written comes before all. */
export function searchTools(query: string, list: readonly ToolDescription[]): ToolDescription[] {
  const text = query.toLowerCase()
  const isNamed = ({ name, aliases }: ToolDescription) =>
    [name, ...aliases].some((one) => new RegExp(`(?:^|[^a-z_])${one}(?:$|[^a-z_])`).test(text))
  const { scoresOf, asksToRead } = indexOf(list)
  const scores = scoresOf(query)
  const reads = asksToRead(query)
  // A question is answered by a tool that reads, a wish by one that changes something.
  const score = (at: number) =>
    (scores[at] ?? 0) * (1 + 0.6 * (list[at]?.risk === 'read' ? reads : 1 - reads))
  const found = [...list.keys()]
    .filter((at) => score(at) > 0)
    .sort((one, other) => score(other) - score(one))
    .map((at) => list[at] as ToolDescription)
  return [...new Set([...list.filter(isNamed), ...found])].filter(({ name }) => name !== proposed.search)
}
