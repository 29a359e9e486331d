/** How a tool closes again what it opened for a time. @module */
import type { Json } from '../../base/json.ts'
import type { Before, RunContext } from './context.ts'
import type { SuggestedCall } from './plan.ts'

/** What came of the call that opened the access. */
export interface Opened {
  /** Left out: the answer was lost. */
  answer?: Json
  /** What was there before, where that is known. */
  before?: Before
}

/** How a tool takes out again what a call of it let in. A tool that has this takes the argument `until`. */
export interface Closes<Input = unknown> {
  /** The tool that closes it. */
  tool: string
  /** What happens then, for people: `203.0.113.7 is taken off the list again`. */
  words(input: Input, before: Before): string
  /**
   * Refuses a call of which nobody could tell afterwards what it let in and what was there before. Reads only.
   *
   * @throws InputError
   */
  check?(input: Input, context: RunContext): Promise<void> | void
  /** The call that takes out what the call let in, and nothing else. `null`: it let nothing in. `undefined`: nobody knows. */
  call(input: Input, opened: Opened): SuggestedCall | null | undefined
  /** The same by a read, where the answer was lost. `undefined`: it is not there. Reads only. */
  find?(input: Input, context: RunContext): Promise<SuggestedCall | undefined>
  /** Whether what the closing call takes out is still there. Reads only. An edit tells it by itself. */
  isOpen?(closing: Json, context: RunContext): Promise<boolean>
}
