/** What a call may say in place of ids: names; and the app alone, because it tells its server. @module */
import { object } from '../../base/json.ts'
import { wordsOf } from '../decide/names.ts'
import { otherServers, taggedArguments } from '../decide/targets.ts'
import { namedKinds } from '../platform.ts'
import type { AnyTool, InputShape, Schema } from '../types/tool.ts'
import { isOperation } from './operation.ts'
import { isRequired, optional, optionalFlag } from './schema.ts'

const serversByApp = new WeakMap<AnyTool, string | undefined>()

/** The argument for the server that the app of a call tells. Other tools need to be told the server. */
export function serverByApp(tool: AnyTool): string | undefined {
  if (!serversByApp.has(tool)) serversByApp.set(tool, findServerByApp(tool))
  return serversByApp.get(tool)
}

function findServerByApp(tool: AnyTool): string | undefined {
  const { server, app } = taggedArguments(tool)
  const isNeeded = (name: string | undefined) => name !== undefined && isRequired(tool.input[name] as Schema)
  return isNeeded(server) && isNeeded(app) ? server : undefined
}

const shapes = new WeakMap<AnyTool, InputShape>()

/** The arguments of a tool as callers may give them. Always the same object for a tool. */
export function givenShape(tool: AnyTool): InputShape {
  const known = shapes.get(tool)
  if (known) return known
  const shape = asGiven(tool, tool.input)
  shapes.set(tool, shape)
  return shape
}

/**
 * A shape of a tool with what every caller may do: leave the server out where the app tells it, and let what starts an
 * operation wait for a busy server. `wait_for_server` has no description, because it is listed with many tools: the
 * refusal of a busy server explains it.
 */
export function asGiven(tool: AnyTool, shape: InputShape): InputShape {
  const server = serverByApp(tool)
  const schema = server === undefined ? undefined : shape[server]
  return {
    ...shape,
    ...(server && schema && { [server]: optional(schema) }),
    ...(isOperation(tool.output) && { wait_for_server: optionalFlag(tool.input) }),
  }
}

/**
 * A text that is no id. An id is never looked up as a name, so that no label can stand for one. One number with signs
 * around it (`#70011`) is a slip for an id, and not looked up either.
 */
export function isName(value: unknown): value is string {
  if (typeof value !== 'string' || value.trim() === '' || /^\s*\d+\s*$/.test(value)) return false
  const words = wordsOf(value)
  return words.length !== 1 || !/^\p{N}+$/u.test(words[0] as string)
}

/** The arguments that name a thing by something else than its id. */
export function byName(tool: AnyTool, given: unknown): string[] {
  const tagged = taggedArguments(tool)
  const values = object(given) ?? {}
  return [...namedKinds.map((kind) => tagged[kind]), ...otherServers(tool)]
    .filter((name) => name !== undefined)
    .filter((name) => isName(values[name]))
}

/** The arguments with an id in place of each name, as a call has them once its names are looked up. */
export function withoutNames(tool: AnyTool, given: unknown): unknown {
  const values = object(given)
  if (!values) return given
  return { ...values, ...Object.fromEntries(byName(tool, values).map((name) => [name, '1'])) }
}
