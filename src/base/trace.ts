/** The context of a trace in the form of W3C Trace Context. @module */

/** The span of a caller, for the spans and log lines of its call. */
export interface TraceContext {
  traceparent: string
  tracestate?: string
}

/** Version, trace, span and flags. A later version may say more behind them. */
const form = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-[!-~]*)?$/
/** Pairs of a vendor and what it keeps, which holds neither a comma nor an equals sign. */
const state = /^[\w*/@-]+=[ -+\--<>-~]*(?:,[ \t]*[\w*/@-]+=[ -+\--<>-~]*)*$/
/** The longest text that is looked at. Vendors have to pass on this much. */
const mostCharacters = 512

/** Read the context among other fields. One that has another form counts as none. Baggage is not read. */
export function readTrace(fields: unknown): TraceContext | undefined {
  const { traceparent, tracestate } = Object(fields) as Record<string, unknown>
  if (!has(form, traceparent)) return undefined
  // Version 00 has no more than its four parts.
  if (traceparent.startsWith('00') && traceparent.length > 55) return undefined
  return { traceparent, ...(has(state, tracestate) && { tracestate }) }
}

const has = (pattern: RegExp, value: unknown): value is string =>
  typeof value === 'string' && value.length <= mostCharacters && pattern.test(value)

/** The id of the trace, for log lines. */
export const traceIdOf = ({ traceparent }: TraceContext): string => traceparent.slice(3, 35)
