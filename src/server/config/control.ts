/** The variables of change control, as options of a toolkit. @module */
import { namedBy } from '../../core/control/windows/accounts.ts'
import { parseWindows } from '../../core/control/windows/parse.ts'
import type { ControlOptions, ShadowRule } from '../../core/types/control.ts'

/** The values of the variables. */
interface ControlConfig extends Readonly<Omit<ControlOptions, 'rulesShadow'>> {
  readonly rulesShadow?: readonly string[]
}

export const controlOf = ({ rulesShadow, ...config }: ControlConfig): ControlOptions => ({
  changeWindows: config.changeWindows,
  changeBudget: config.changeBudget,
  accountName: config.accountName,
  // The variable takes these words only.
  rulesShadow: rulesShadow as readonly ShadowRule[] | undefined,
})

/** The servers and apps that CHANGE_WINDOWS names. `undefined`: none. */
export function namedByWindows({ changeWindows }: ControlConfig): string[] | undefined {
  const names = changeWindows === undefined ? [] : namedBy(parseWindows(changeWindows))
  return names.length > 0 ? names : undefined
}
