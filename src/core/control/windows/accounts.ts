/** The rules of windows for one account of several. @module */
import { entryOf } from '../../accounts/rules.ts'
import type { Control } from '../../types/control.ts'
import type { WindowRule } from './types.ts'

/** What the rules name, without the names that stand in several of them. */
export const namedBy = (rules: readonly WindowRule[]): string[] => [
  ...new Set(rules.flatMap(({ targets }) => targets)),
]

/** @param account `undefined`: one that is none of the named ones, as far as anybody knows. */
export const controlFor = (
  control: Control,
  names: readonly string[],
  account: string | undefined,
): Control => ({
  ...control,
  windows: control.windows.flatMap((rules) => windowsFor(rules, names, account)),
})

/**
 * The lists of rules that count for an account. A rule that names only things of other accounts is none for this one.
 *
 * @param account `undefined`: one that is none of these, or is one of them by another token. Entries for the named
 * accounts count and do not count there: both have to let a change through.
 */
function windowsFor(
  rules: readonly WindowRule[],
  names: readonly string[],
  account: string | undefined,
): readonly (readonly WindowRule[])[] {
  const cut = (counts: (its: string) => boolean) =>
    rules.flatMap(({ targets, when }) => {
      const own = targets
        .map((target) => entryOf(target, names, 'changeWindows'))
        .filter((entry) => entry.account === undefined || counts(entry.account))
        .map(({ text }) => text)
      return targets.length > 0 && own.length === 0 ? [] : [{ targets: own, when }]
    })
  return account === undefined ? [cut(() => true), cut(() => false)] : [cut((its) => its === account)]
}
