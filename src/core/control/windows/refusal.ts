/** The refusal of a change outside of its windows. @module */
import { PolicyError } from '../../../errors.ts'
import { onWall } from './clock.ts'
import type { Closed } from './decide.ts'
import { printWhen } from './parse.ts'
import type { Hours, When } from './types.ts'

export function refusedByWindows(tool: string, { thing, windows, opensAt }: Closed): PolicyError {
  const never = windows.some(({ kind }) => kind === 'never')
  const what = thing.name ? `${thing.name} may be changed` : 'changes may be made'
  const when = never ? 'never' : `in these windows only: ${windows.map(printWhen).join('; ')}`
  const opens = opensAt === undefined ? undefined : new Date(opensAt).toISOString()
  const local = opens === undefined ? '' : ` (${onWall(zoneOf(windows), opensAt as number)})`
  return new PolicyError(
    'windows',
    `${tool}: ${what} ${when}. This was not sent.`,
    opens
      ? `Do not retry before ${opens}${local}. Tell the person: all that it touches may be changed then, or the operator changes CHANGE_WINDOWS.`
      : 'Do not retry: there is no time at which all that it touches may be changed. Tell the person; the operator can change CHANGE_WINDOWS.',
    opens ? { opens } : {},
  )
}

const zoneOf = (windows: readonly When[]) =>
  windows.find((when): when is Hours => when.kind === 'hours')?.zone ?? 'UTC'
