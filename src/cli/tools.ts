/** `cloudways-tools tools`: the visible tools. @module */
import type { Cloudways } from '../cloudways.ts'
import type { ToolMap } from '../core/types/tool.ts'
import { readConfig } from '../server/config/config.ts'
import { visibleTools } from '../server/http/tools.ts'
import type { Invocation } from './args.ts'
import { printJson } from './output.ts'

export async function runTools({ switches }: Invocation): Promise<number> {
  const cloudways = visibleTools(readConfig(process.env))
  if (switches.has('json')) printJson(cloudways.list())
  else if (switches.has('markdown')) process.stdout.write(`${await markdown(cloudways)}\n`)
  else process.stdout.write(table(cloudways.list()))
  return 0
}

/** The page of all tools that can be called, also of those that are only found by a search. */
async function markdown({ adapter, tools }: Cloudways): Promise<string> {
  const { referencePage } = await import('./reference-page.ts')
  const declared: ToolMap = tools
  return referencePage(
    adapter.reached().map((tool) => ({ ...tool, aliases: declared[tool.name]?.aliases ?? tool.aliases })),
  )
}

const columns = ['name', 'risk', 'toolset', 'title'] as const

type Row = Record<(typeof columns)[number], string>

function table(tools: readonly Row[]): string {
  const rows: Row[] = [{ name: 'NAME', risk: 'RISK', toolset: 'TOOLSET', title: 'TITLE' }, ...tools]
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)))
  const lines = rows.map((row) =>
    columns.map((column, index) => row[column].padEnd(widths[index] as number)).join('  '),
  )
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}
