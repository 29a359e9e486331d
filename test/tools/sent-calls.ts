/** The calls of the API that each tool makes, over all that its arguments can choose: found by running it on the sandbox. */
import { readFile, writeFile } from 'node:fs/promises'
import type { ApiRequest } from '../../src/core/types/api.ts'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { findOperation } from '../../src/sandbox/contract.ts'
import { own } from './all.ts'
import { type Input, inputsFor } from './samples/index.ts'
import { freshSandbox, parsed, straightContext } from './straight.ts'

const file = new URL('../../src/tools/calls.json', import.meta.url)

/** Method and path as the contract writes them, by the name of the tool. */
export type Calls = Record<string, string[]>

const nameOf = ({ method, path }: ApiRequest) =>
  `${method} ${findOperation(method, path)?.operation?.path ?? path}`

async function sentFor(tool: AnyTool, given: Input): Promise<ApiRequest[]> {
  const { request, otherForm, run, edit } = tool
  const input = parsed(tool, given)
  if (request) return [request(input), ...(otherForm ? [otherForm.request(input)] : [])]
  const { context, sent } = straightContext(freshSandbox(), async () => ({}) as never)
  try {
    if (edit) await context.send(edit.write(input, edit.next(input, await edit.read(input, context))))
    else await run?.(input, context)
  } catch {
    // Not every value of every argument fits what the sandbox has: what was sent before counts.
  }
  return sent
}

async function callsOf(tool: AnyTool): Promise<string[]> {
  const sent: ApiRequest[] = []
  for (const input of inputsFor(tool)) sent.push(...(await sentFor(tool, input)))
  return [...new Set(sent.map(nameOf))].sort()
}

export async function madeCalls(): Promise<Calls> {
  const calls: Calls = {}
  for (const tool of own) calls[tool.name] = await callsOf(tool)
  return calls
}

export const readCalls = async (): Promise<Calls> => JSON.parse(await readFile(file, 'utf8'))

export async function writeCalls(): Promise<void> {
  await writeFile(file, `${JSON.stringify(await madeCalls(), null, 2)}\n`)
}
