/** What TypeScript knows of each tool of a map: its arguments and its answer. @module */
import type { operation } from '../declare/operation.ts'
import type { Flat, InferOutput, InputOf, ToolMap } from './tool.ts'

/** The arguments of a tool of the map `T`. */
export type ToolInput<T extends ToolMap, N extends keyof T> = Flat<
  InputOf<T[N]['input']> & Waits<T[N]['output']>
>

/** What starts an operation can wait for a busy server. */
type Waits<Output> = [Output] extends [typeof operation] ? { wait_for_server?: boolean } : unknown

/** The answer of a tool of the map `T`. Its rows are whole: the caller did not pass `fields`. */
export type ToolOutput<T extends ToolMap, N extends keyof T> = InferOutput<T[N]['output']>

/** The argument `fields`, where a tool has one. `F` becomes what a call passed, and `undefined` without it. */
export type FieldsOf<T extends ToolMap, N extends keyof T, F> = 'fields' extends keyof T[N]['input']
  ? { fields?: F }
  : unknown

/** A value of the argument `fields`. */
export type Fields = string[] | undefined

/** The answer to one call: of each row, the fields that the caller chose, or all. */
export type CallOutput<T extends ToolMap, N extends keyof T, F> = [F] extends [undefined]
  ? ToolOutput<T, N>
  : PickedOutput<T, N>

/** The answer when the call may have passed `fields`: any field of a row may be missing. */
export type PickedOutput<T extends ToolMap, N extends keyof T> = 'fields' extends keyof T[N]['input']
  ? PartialRows<ToolOutput<T, N>>
  : ToolOutput<T, N>

type PartialRows<Answer> = {
  [K in keyof Answer]: Answer[K] extends readonly (infer Row)[] ? Partial<Row>[] : Answer[K]
}
