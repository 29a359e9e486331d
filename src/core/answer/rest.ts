/** How a model gets what was cut from an answer: the ways that the tool really has. @module */
import { plainId } from '../../base/text.ts'
import type { CutLists } from './budget.ts'

type Values = Readonly<Record<string, unknown>>

/** Arguments that make an answer smaller. */
const narrowing: Readonly<Record<string, string>> = {
  account: 'account (one of them)',
  fields: 'fields (fewer of each row)',
  detail: 'detail compact',
  parts: 'parts (fewer of them)',
  search: 'search',
  status: 'status',
  duration: 'a shorter duration',
}

interface Rest {
  /** The way to what was cut, in words. */
  words: string
  /** The `next_offset` that is right after the cut, where the answer has one. */
  next_offset?: number
}

/**
 * How to go on after a cut.
 *
 * @param answer the whole answer.
 * @param lists the lists of it that lost rows.
 * @param names the arguments of the tool.
 */
export function wayToRest(answer: Values, lists: CutLists | undefined, names: readonly string[]): Rest {
  const next = nextRows(answer, lists, names)
  const ways = Object.entries(narrowing).flatMap(([name, words]) => (names.includes(name) ? [words] : []))
  const narrower = ways.length > 0 && `A smaller answer comes with ${ways.join(', ')}.`
  const nothing = 'No argument of this tool narrows it: a person finds the rest in the Cloudways platform.'
  return { ...next, words: [next?.words, narrower].filter(Boolean).join(' ') || nothing }
}

/** The call that brings the rows behind the last one that was kept. A cut page is not followed by the next page. */
function nextRows(answer: Values, lists: CutLists | undefined, names: readonly string[]): Rest | undefined {
  const [cut, ...others] = [...(lists ?? [])].filter(([path]) => !path.includes('.'))
  const rows = cut && answer[cut[0]]
  // With two lists, one argument can't go on in both.
  if (!cut || others.length > 0 || !Array.isArray(rows) || cut[1].kept === 0) return undefined
  const { kept } = cut[1]
  // Of what was looked at, only some became rows: where the last one stood is not known.
  if (answer.looked_at) {
    return { words: 'For the other rows, call again with the same offset and a smaller limit.' }
  }
  if (names.includes('offset')) {
    const { next_offset, total } = answer
    const end = typeof next_offset === 'number' ? next_offset : next_offset === null ? total : undefined
    if (typeof end !== 'number') {
      return { words: `For the next rows, call again with an offset that is higher by ${kept}.` }
    }
    const next = end - rows.length + kept
    return { words: `For the next rows, call again with offset ${next}.`, next_offset: next }
  }
  const last = names.includes('last_id') && plainId((rows[kept - 1] as Values | null)?.id)
  return last ? { words: `For the next rows, call again with last_id ${last}.` } : undefined
}
