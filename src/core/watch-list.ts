/** Tells when the list of tools has changed: what refusals show about the role of a token takes tools out of it. @module */

import type { Account } from './types/api.ts'
import type { ToolDescription } from './types/description.ts'

/**
 * Call `listener` each time the list has changed.
 *
 * @param accounts whose roles the list goes by.
 * @returns a function that stops it.
 */
export function watchList(
  list: () => readonly ToolDescription[],
  accounts: readonly Account[],
  listener: () => void,
): () => void {
  const names = () =>
    list()
      .map(({ name }) => name)
      .join(' ')
  let before = names()
  const look = () => {
    const now = names()
    if (now === before) return
    before = now
    listener()
  }
  const stops = accounts.map(({ role }) => role?.onChange(look))
  return () => {
    for (const stop of stops) stop?.()
  }
}
