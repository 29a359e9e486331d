/**
 * All that a reviewer has to agree with about one tool, as data: one file for each tool, written by `npm run docs`.
 *
 * The files are policy. A test compares them with the declarations, so that no tool changes its risk, its downtime or
 * its arguments unless somebody reviewed the difference.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createCloudways, toolSpecs } from 'cloudways-tools'
import type { ApiRequest } from '../../src/core/types/api.ts'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { findOperation } from '../../src/sandbox/contract.ts'
import { tools } from './all.ts'
import { type Input, inputFor, sandboxFor, variantsOf } from './samples/index.ts'
import { before, freshSandbox, parsed, runOf, straightContext, wordsOf } from './straight.ts'
import { tokensOf } from './tokens.ts'

const folder = new URL('./snapshots/', import.meta.url)
/** As people write it: below the root of the repository. */
export const pathOf = (name: string) => `test/tools/snapshots/${name}.json`

/**
 * What a tool says for its sample arguments: one answer when it always says the same. If not, the answers that differ,
 * by the argument that makes the difference.
 */
async function byVariant<T>(tool: AnyTool, ask: (input: Input) => T | Promise<T>) {
  const { required, ...variants } = Object.fromEntries(
    await Promise.all(
      variantsOf(tool).map(async ({ variant, input }) => [variant, await ask(input)] as const),
    ),
  )
  const different = Object.entries(variants).filter(
    ([, answer]) => JSON.stringify(answer) !== JSON.stringify(required),
  )
  return different.length === 0 ? required : { otherwise: required, ...Object.fromEntries(different) }
}

/** Method and path of the contract, and the marks that a reviewer looks for. */
function describeRequest({ method, path, startsJob }: ApiRequest): string {
  const { operation } = findOperation(method, path) as { operation?: Partial<Record<string, unknown>> }
  const marks = [
    startsJob && 'starts a job',
    operation?.disruptive && 'disruptive in the contract',
    operation?.cost && 'may change the bill',
  ].filter(Boolean)
  return `${method} ${operation?.path ?? path}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`
}

/** What the tool sends of itself, without what the rules look up around it. */
async function requestsOf(tool: AnyTool): Promise<string[]> {
  if (tool.toolset === 'campaigns') return []
  if (tool.request) return [describeRequest(tool.request(parsed(tool, inputFor(tool))))]
  const nothing = async () => ({}) as never
  const { context, sent } = straightContext(freshSandbox(), nothing)
  await runOf(tool, context)
  return sent.map(describeRequest).sort()
}

async function effectsOf(tool: AnyTool) {
  if (!tool.effects) return null
  const { cost, inverse } = tool.effects
  const looks = new Map<string, ReturnType<typeof before>>()
  /** What is there before the change, in a sandbox in which there is something to change. */
  async function known(input: Input) {
    const key = JSON.stringify(input)
    const look = looks.get(key) ?? sandboxFor(tool).then((sandbox) => before(sandbox, tool, input))
    looks.set(key, look)
    return look
  }
  const words = (name: 'impact' | 'undo' | 'downtime') =>
    byVariant(tool, async (input) => {
      const text = wordsOf(tool, input, await known(input))[name]
      // The age of a restore point is another one every day.
      return text?.replace(/\b\d+ days ago/g, 'N days ago') ?? text
    })
  const undo = async (input: Input) => inverse?.(parsed(tool, input), await known(input)) ?? null
  return {
    impact: await words('impact'),
    downtime: await words('downtime'),
    undo: await words('undo'),
    undo_call: inverse ? await byVariant(tool, undo) : null,
    cost: cost ?? null,
  }
}

/** What is reached when the arguments name it, and otherwise what the tool declares. */
const reachOf = ({ reach, input }: AnyTool) =>
  reach ?? ('server_id' in input || 'app_id' in input ? 'its target' : 'hidden under a scope')

/** The read after a change whose answer was lost. */
function settleOf(tool: AnyTool) {
  const { settle } = tool
  if (settle === null) return 'no read shows it: a person looks'
  if (settle === undefined) return 'the details of its target'
  return byVariant(tool, (input) => settle(parsed(tool, input)))
}

const nextOf = (tool: AnyTool, answer: unknown) =>
  byVariant(tool, (input) => tool.next?.(parsed(tool, input), answer) ?? [])

const specs = new Map(toolSpecs(createCloudways({ preset: 'all' })).map((spec) => [spec.name, spec]))

export async function snapshotOf(tool: AnyTool) {
  const { name, description, inputSchema } = specs.get(tool.name)!
  const changes = tool.risk !== 'read'
  return {
    name,
    toolset: tool.toolset,
    aliases: tool.aliases ?? [],
    title: tool.title,
    description,
    risk: tool.risk,
    effects: await effectsOf(tool),
    requires: tool.requires ?? null,
    creates: tool.creates ?? false,
    reach: reachOf(tool),
    reveals: tool.reveals ?? false,
    sends: await requestsOf(tool),
    settle: changes ? await settleOf(tool) : null,
    next: {
      while_running: await nextOf(tool, { state: 'running', operation_id: '1', app_id: '90777' }),
      when_completed: await nextOf(tool, { state: 'completed', operation_id: '1', app_id: '90777' }),
    },
    tokens: tokensOf({ name, description, inputSchema }),
    inputSchema,
  }
}

/** The reviewed snapshots, by name of the tool. */
export async function readSnapshots(): Promise<Map<string, unknown>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'))
  const read = async (file: string) =>
    [file.slice(0, -'.json'.length), JSON.parse(await readFile(new URL(file, folder), 'utf8'))] as const
  return new Map(await Promise.all(files.map(read)))
}

/** Write a snapshot for each tool, and remove those of tools that are gone. */
export async function writeSnapshots(): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  for (const tool of tools) {
    const text = JSON.stringify(await snapshotOf(tool), null, 2)
    await writeFile(new URL(`${tool.name}.json`, folder), `${text}\n`)
  }
}
