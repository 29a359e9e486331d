/** Wraps the calls of a toolkit from outside, so that the rules of a call stay in one place. @module */
import type { Cloudways } from '../../cloudways.ts'
import type { CallOptions } from '../../core/types/call.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import type { ToolInput, ToolOutput } from '../../core/types/typed.ts'

/** Makes one call of `cloudways`, and does something before or after it. */
type AroundCall<T extends ToolMap> = <N extends keyof T & string>(
  cloudways: Cloudways<T>,
  name: N,
  input: ToolInput<T, N>,
  options: CallOptions | undefined,
) => Promise<ToolOutput<T, N>>

/** The same tools, with every call made by `around`. That stays so after `withCredentials` and `select`. */
export function aroundCalls<T extends ToolMap>(cloudways: Cloudways<T>, around: AroundCall<T>): Cloudways<T> {
  return {
    ...cloudways,
    call: (name, input, options) => around(cloudways, name, input, options) as never,
    withCredentials: (...given) => aroundCalls(cloudways.withCredentials(...given), around),
    select: (selection) => aroundCalls(cloudways.select(selection), around),
  }
}
