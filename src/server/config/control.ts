/** The variables of change control, as options of a toolkit. @module */
import { namedBy } from '../../core/control/windows/accounts.ts'
import { parseWindows } from '../../core/control/windows/parse.ts'
import type { ControlOptions } from '../../core/types/control.ts'

/** The values of the variables. */
type ControlConfig = Readonly<ControlOptions>

export const controlOf = ({ changeWindows }: ControlConfig): ControlOptions => ({ changeWindows })

/** The servers and apps that CHANGE_WINDOWS names. `undefined`: none. */
export function namedByWindows({ changeWindows }: ControlConfig): string[] | undefined {
  const names = changeWindows === undefined ? [] : namedBy(parseWindows(changeWindows))
  return names.length > 0 ? names : undefined
}
