/**
 * Calls of tools, watched from outside: the rules of a call stay in one place.
 *
 * @module
 */
import type { Cloudways } from '../cloudways.ts'
import type { ToolMap } from '../core/define.ts'

/**
 * Runs `work`, which is one call, and answers what it answers.
 *
 * @param tool its name; `undefined` when there is no such tool, so that nobody names spans and series at will.
 * @param signal that of the call.
 */
export type WatchCall = <R>(
  tool: string | undefined,
  work: () => Promise<R>,
  signal?: AbortSignal,
) => Promise<R>

/** The same tools, with every call passing through `watch`; also after `withCredentials` and `select`. */
export function watchCalls<T extends ToolMap>(cloudways: Cloudways<T>, watch: WatchCall): Cloudways<T> {
  return {
    ...cloudways,
    call: (name, input, options) =>
      watch(
        Object.hasOwn(cloudways.tools, name) ? name : undefined,
        () => cloudways.call(name, input, options),
        options?.signal,
      ),
    withCredentials: (credentials) => watchCalls(cloudways.withCredentials(credentials), watch),
    select: (selection) => watchCalls(cloudways.select(selection), watch),
  }
}
