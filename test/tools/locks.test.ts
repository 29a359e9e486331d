/** A tool that writes what it made of something it read declares a lock, or two calls at once lose one of two changes. */
import { expect, it } from 'vitest'
import { taggedArguments } from '../../src/core/decide/targets.ts'
import { isChange } from '../../src/core/send/request.ts'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { findOperation } from '../../src/sandbox/contract.ts'
import { coreTools } from '../../src/tools/index.ts'
import { changes, rows } from './all.ts'
import { inputFor, sandboxFor } from './samples/index.ts'
import { parsed, runOf, straightContext } from './straight.ts'

/** What is wrong with the lock of a tool. */
async function problemsOf(tool: AnyTool): Promise<string[]> {
  const { context, sent } = straightContext(await sandboxFor(tool), async () => ({}) as never)
  await runOf(tool, context)
  const reads = sent.findIndex((request) => !isChange(request))
  const writes = sent.findLastIndex(isChange)
  const replaces = sent.some(({ method, path }) => findOperation(method, path)?.operation?.replacesWhole)
  if (!tool.lock) {
    if (replaces) return ['it replaces a whole list: declare it as an edit, with a lock']
    return reads >= 0 && reads < writes
      ? ['it reads and then writes: declare it as an edit, or with a lock']
      : []
  }
  const input = parsed(tool, inputFor(tool))
  // Where no server or app is meant, another thing that has an id of its own.
  const ids = Object.values(taggedArguments(tool)).map((name) => input[name])
  const isNamed = ids.some((id) => id && tool.lock?.(input).includes(String(id)))
  return isNamed ? [] : ['its lock has to name the server or the app: no token, which may be one of several']
}

it.each(rows(changes))('%s has a lock if it needs one', async (_, tool) => {
  expect(await problemsOf(tool)).toEqual([])
})

const { update_whitelisted_ips } = coreTools
const run: AnyTool['run'] = async (input, context) => {
  const { read, next, write } = update_whitelisted_ips.edit as NonNullable<AnyTool['edit']>
  return context.send(write(input, next(input, await read(input, context))))
}

it.each<[string, Partial<AnyTool>, RegExp]>([
  ['no lock', { lock: undefined }, /replaces a whole list/],
  ['no lock, behind run', { lock: undefined, edit: undefined, run }, /replaces a whole list/],
  ['a lock by the list alone', { lock: ({ tab }) => `allowed:${tab}` }, /name the server or the app/],
])('a tool with %s is noticed', async (_, more, problem) => {
  expect((await problemsOf({ ...update_whitelisted_ips, ...more } as AnyTool)).join()).toMatch(problem)
})
