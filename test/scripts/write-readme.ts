/** The generated parts of README.md, between their markers, from the declarations of the tools. */
import { readFile, writeFile } from 'node:fs/promises'
import { createCloudways } from 'cloudways-tools'
import { toolTables } from '../../src/core/declare/reference.ts'
import { presets } from '../../src/core/types/selection.ts'
import { byName, tools } from '../tools/all.ts'
import { tokensOf } from '../tools/tokens.ts'

const file = new URL('../../README.md', import.meta.url)

type Listed = ReturnType<ReturnType<typeof createCloudways>['list']>
const listOf = (preset: (typeof presets)[number]): Listed => createCloudways({ preset }).list()

/** Tools, tokens in all, and tokens of each, as cells. */
function costOf(list: Listed): string {
  const tokens = list.reduce((sum, tool) => sum + tokensOf(tool), 0)
  return `${tokens.toLocaleString('en')} | ${Math.round(tokens / list.length)}`
}

const tableOf = (columns: readonly string[], rows: readonly string[]) =>
  [columns, columns.map(() => '---')]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .concat(rows.map((row) => `| ${row} |`))
    .join('\n')

function presetTable(): string {
  const rows = presets.map((preset) => {
    const list = listOf(preset)
    return `\`${preset}\` | ${list.length} | ${costOf(list)}`
  })
  return tableOf(['Preset', 'Tools shown', 'Tokens', 'Tokens per tool'], rows)
}

function toolsetTable(): string {
  const all = listOf('all')
  const toolsets = [...new Set(tools.map(({ toolset }) => toolset))]
  const rows = toolsets.map((toolset) => {
    const list = all.filter((tool) => tool.toolset === toolset)
    const reads = list.filter(({ risk }) => risk === 'read').length
    const core = list.filter(({ name }) => byName[name]?.core).length
    const inCore = core === list.length ? 'all' : core === 0 ? '-' : `${core}`
    return `\`${toolset}\` | ${list.length} | ${reads} | ${list.length - reads} | ${inCore} | ${costOf(list)}`
  })
  return tableOf(['Toolset', 'Tools', 'Read', 'Change', 'In `core`', 'Tokens', 'Tokens per tool'], rows)
}

/** The reference of the tools that the preset `core` has: one table for each toolset. */
const coreTable = (): string =>
  toolTables(
    tools
      .filter(({ core }) => core)
      .map(({ name, toolset, risk, description, input }) => ({
        ...{ name, toolset, risk, description },
        arguments: Object.entries(input).map(([arg, schema]) => `${arg}${isOptional(schema) ? '?' : ''}`),
      })),
  )

const isOptional = (schema: unknown) =>
  (schema as { safeParse(value: unknown): { success: boolean } }).safeParse(undefined).success

const parts = { presets: presetTable, toolsets: toolsetTable, core: coreTable }

/** README.md with its generated parts renewed. */
export async function renewedReadme(): Promise<{ before: string; after: string }> {
  const before = await readFile(file, 'utf8')
  const shown = tools.filter(({ core }) => core).length
  let after = before.replace(
    /The same \d+ tools \(\d+ by default\)/,
    `The same ${tools.length} tools (${shown} by default)`,
  )
  for (const [name, make] of Object.entries(parts)) {
    const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
    const [head, rest] = after.split(start)
    const tail = rest?.split(end)[1]
    if (head === undefined || tail === undefined)
      throw new Error(`README.md has lost its markers of ${name}.`)
    after = `${head}${start}\n\n${make()}\n\n${end}${tail}`
  }
  return { before, after }
}

export async function writeReadme(): Promise<void> {
  await writeFile(file, (await renewedReadme()).after)
}
