/** The tool reference as a page, from the declarations: for src/docs/tools.md, and for clients that read it as a resource. @module */

import type { ToolDescription } from '../types/description.ts'
import { cannotPage } from './impossible.ts'

type Row = Pick<ToolDescription, 'name' | 'toolset' | 'risk' | 'description'> & {
  /** The arguments, `?` behind one that may be left out. */
  arguments: readonly string[]
}

const marks = { read: 'read', write: 'write', disruptive: '**disruptive**', destructive: '**destructive**' }

/** One table for each toolset. */
export function toolTables(rows: readonly Row[]): string {
  const toolsets = [...new Set(rows.map(({ toolset }) => toolset))]
  return toolsets
    .map((toolset) =>
      table(
        toolset,
        rows.filter((row) => row.toolset === toolset),
      ),
    )
    .join('\n\n')
}

function table(toolset: string, rows: readonly Row[]): string {
  const lines = rows.map(({ name, risk, arguments: names, description }) => {
    const args = names.map((arg) => `\`${arg}\``).join(' ')
    return `| \`${name}\` | ${marks[risk]} | ${args || '-'} | ${description.replaceAll('|', '\\|')} |`
  })
  return [
    `### ${toolset}`,
    '',
    '| Tool | Risk | Arguments | What it does |',
    '| --- | --- | --- | --- |',
    ...lines,
  ].join('\n')
}

/** The page for the listed tools of a toolkit, and what cannot be done with them. */
export function referenceOf(tools: readonly ToolDescription[]): string {
  const rows = tools.map(({ inputSchema, ...tool }) => {
    const required = (inputSchema.required ?? []) as readonly string[]
    const names = Object.keys(inputSchema.properties ?? {})
    return { ...tool, arguments: names.map((name) => (required.includes(name) ? name : `${name}?`)) }
  })
  return [
    '# Cloudways tools',
    'Risk is the highest of a tool: disruptive and destructive calls need a person, unless the operator decided otherwise.',
    toolTables(rows),
    cannotPage(tools.map(({ name }) => name)),
  ]
    .filter(Boolean)
    .join('\n\n')
}
