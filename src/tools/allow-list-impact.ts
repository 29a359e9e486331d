/** What a change of a list of allowed addresses means, in words: what opens or closes most comes first. @module */
import { isVeryWide, partOfAll } from '../core/declare/addresses.ts'
import type { Before } from '../core/types/tool.ts'
import { type Change, differenceOf } from './allow-list.ts'

export function impactOfList(change: Change, before: Before): string {
  const what = change.tab === 'sftp' ? 'SSH and SFTP' : 'MySQL'
  const difference = differenceOf(change, before)
  if (!difference) return `People and scripts whose address is not in the list lose access by ${what}.`
  const { added, removed, policy, after } = difference
  const isClosed = removed.length > 0 && after.ips.length === 0 && after.policy !== 'allow_all'
  const sentences = [
    opened(added, what),
    policy === 'allow_all' && `Every address can reach the login of ${what}.`,
    policy === 'block_all' && `Only the listed addresses can use ${what}: all others lose access.`,
    isClosed && `Nobody is left in the list: nobody can use ${what} from outside.`,
    added.length > 0 && `${named(added)} can reach the login of ${what}.`,
    removed.length > 0 && `${named(removed)} can no longer use ${what}.`,
  ]
  return sentences.filter(Boolean).join(' ') || 'The list stays as it is.'
}

/** A sentence on how much of the internet is let in, where that is very much: many networks together count, too. */
function opened(added: readonly string[], what: string): string | false {
  const kinds = [added.filter((entry) => !entry.includes(':')), added.filter((entry) => entry.includes(':'))]
  const parts = kinds.map((entries) => entries.reduce((sum, entry) => sum + partOfAll(entry), 0))
  const most = Math.min(1, Math.max(...parts))
  if (most === 1) return `The whole internet can reach the login of ${what}.`
  // A /8 is the 256th part.
  return (
    most >= 1 / 256 &&
    `Up to ${Math.ceil(most * 100)} % of the whole internet can reach the login of ${what}.`
  )
}

const mostNamed = 10

/** The widest first. Very wide networks are never left out; of the others, the first, and how many there are besides. */
function named(some: readonly string[]): string {
  const sorted = some.toSorted((a, b) => partOfAll(b) - partOfAll(a))
  const count = Math.max(mostNamed, some.filter(isVeryWide).length)
  const rest = sorted.length - count
  return rest > 0 ? `${sorted.slice(0, count).join(', ')} and ${rest} more` : sorted.join(', ')
}
