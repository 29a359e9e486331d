/** The parts of README.md and of the pages that are made from declarations. */
import { readFile } from 'node:fs/promises'
import { createCloudways } from 'cloudways-tools'
import { leftOut, withoutCall } from '../../src/core/declare/left-out.ts'
import { toolTables } from '../../src/core/declare/reference.ts'
import type { Alias } from '../../src/core/types/alias.ts'
import { presets } from '../../src/core/types/selection.ts'
import { clients, startOf } from '../../src/server/clients.ts'
import { accepts } from '../../src/server/config/text.ts'
import { variableGroups } from '../../src/server/config/variables.ts'
import { byName, tools } from '../tools/all.ts'
import { tokensOf } from '../tools/tokens.ts'
import { benchTable, scaleText, soakText } from './performance.ts'

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

const code = (text: string) => `\`${text}\``
const cell = (text: string) => text.replaceAll('|', '\\|')

function variableTables(): string {
  const sections = variableGroups.map(([title, variables]) => {
    const rows = Object.entries(variables).map(([name, variable]) => {
      const standard = variable.default === undefined ? '-' : code(String(variable.default))
      return `${code(name)} | ${cell(`${variable.about}${accepts(variable)}`)} | ${standard}`
    })
    return `## ${title}\n\n${tableOf(['Variable', 'What it does', 'Default'], rows)}`
  })
  return sections.join('\n\n')
}

/** The names of the official server, by the toolsets of this one. */
function officialTables(): string {
  const toolsets = [...new Set(tools.map(({ toolset }) => toolset))]
  const sections = toolsets.flatMap((toolset) => {
    const rows = tools.filter((tool) => tool.toolset === toolset).flatMap(officialRows)
    return rows.length > 0
      ? [`### ${toolset}\n\n${tableOf(['Official name', 'Tool here', 'With'], rows)}`]
      : []
  })
  return sections.join('\n\n')
}

function officialRows({ name, aliases = [] }: { name: string; aliases?: readonly Alias[] }): string[] {
  return aliases.flatMap((alias) => {
    if (typeof alias === 'string') return [`${code(alias)} | ${code(name)} | -`]
    if (alias.was) return []
    const fixed = Object.entries(alias.input ?? {}).map(([key, value]) => code(`${key}: ${value}`))
    return [`${code(alias.name)} | ${code(name)} | ${fixed.join(', ') || '-'}`]
  })
}

const withoutCallList = () => withoutCall.map((what) => `- ${what}`).join('\n')

const leftOutTable = () =>
  tableOf(
    ['Calls', 'Why'],
    leftOut.map(({ calls, reason }) => `${calls.map(code).join(', ')} | ${cell(reason)}`),
  )

async function recipe(name: string): Promise<string> {
  const text = await readFile(new URL(`../release/recipes/${name}.ts`, import.meta.url), 'utf8')
  return `\`\`\`ts\n${text.trim()}\n\`\`\``
}

/** Links that write the local server into a client. None brings a token: the person signs in at the first call. */
function installLinks(): string {
  const server = startOf({ platform: 'linux' }, {})
  const config = (client: 'cursor' | 'vscode') => JSON.stringify(clients[client].entry(server))
  const cursor = new URLSearchParams({ name: 'cloudways', config: btoa(config('cursor')) })
  const vscode = new URLSearchParams({ name: 'cloudways', config: config('vscode') })
  return `[Add to Cursor](https://cursor.com/install-mcp?${cursor}) &middot; [Add to VS Code](https://vscode.dev/redirect/mcp/install?${String(vscode).replaceAll('+', '%20')})`
}

const parts: Readonly<Record<string, () => string | Promise<string>>> = {
  presets: presetTable,
  toolsets: toolsetTable,
  core: coreTable,
  variables: variableTables,
  official: officialTables,
  'without-call': withoutCallList,
  'left-out': leftOutTable,
  'install-links': installLinks,
  bench: benchTable,
  soak: soakText,
  scale: scaleText,
}

/** A part by the name in its markers: `presets`, or `recipe-express`. */
export async function part(name: string): Promise<string> {
  if (name.startsWith('recipe-')) return recipe(name.slice('recipe-'.length))
  const make = parts[name]
  if (!make) throw new Error(`There is no part '${name}'. Parts: ${Object.keys(parts).join(', ')}.`)
  return make()
}

/** How many tools there are, and how many of them the preset `core` shows. */
export const counts = { all: tools.length, core: tools.filter(({ core }) => core).length }
