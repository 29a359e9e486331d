/** The page of `cloudways-tools tools --markdown`: what each tool takes, answers and calls, and what has none. @module */
import { cannotPage } from '../core/declare/impossible.ts'
import { leftOut, withoutCall } from '../core/declare/left-out.ts'
import type { Alias } from '../core/types/alias.ts'
import type { ToolDescription } from '../core/types/description.ts'
import calls from '../tools/calls.json' with { type: 'json' }

/** A tool as the page shows it. */
export interface PageTool extends Pick<ToolDescription, 'name' | 'toolset' | 'risk'> {
  inputSchema: ToolDescription['inputSchema']
  outputSchema: ToolDescription['outputSchema']
  aliases: readonly Alias[]
}

export function referencePage(tools: readonly PageTool[]): string {
  const toolsets = [...new Set(tools.map(({ toolset }) => toolset))]
  return [
    '# Cloudways tools',
    'Risk is the highest of a tool. An argument or a field with `?` may be missing. Calls are all that a tool can make by itself, whatever its arguments are. Another name may stand for fixed arguments.',
    ...toolsets.map((name) =>
      section(
        name,
        tools.filter(({ toolset }) => toolset === name),
      ),
    ),
    leftOutPage(),
    cannotPage(tools.map(({ name }) => name)),
  ]
    .filter(Boolean)
    .join('\n\n')
}

const columns = ['Tool', 'Risk', 'Arguments', 'Answer', 'Calls', 'Other names']

const section = (toolset: string, tools: readonly PageTool[]) =>
  `## ${toolset}\n\n${table(columns, tools.map(cellsOf))}`

const cellsOf = ({ name, risk, inputSchema, outputSchema, aliases }: PageTool) => [
  `\`${name}\``,
  risk,
  codes(fieldsOf(inputSchema)),
  codes(fieldsOf(outputSchema)),
  codes((calls as Record<string, string[]>)[name] ?? []),
  codes(aliases.map(aliasText)),
]

/** The fields of an object at its first level. */
function fieldsOf({ properties = {}, required = [] }: ToolDescription['inputSchema']): string[] {
  const needed = required as readonly string[]
  return Object.keys(properties).map((name) => (needed.includes(name) ? name : `${name}?`))
}

/** `service_start (state: start)`. */
function aliasText(alias: Alias): string {
  if (typeof alias === 'string') return alias
  const fixed = Object.entries(alias.input ?? {}).map(([name, value]) => `${name}: ${value}`)
  return [alias.name, ...[...fixed, alias.was ?? []].flat().map((note) => `(${note})`)].join(' ')
}

function leftOutPage(): string {
  const rows = leftOut.map(({ calls, reason }) => [codes(calls), reason])
  return [
    '## What has no tool, and why',
    table(['Calls', 'Reason'], rows),
    `The official server has tools for ${withoutCall.join(', ')}. No call of the API is known for these.`,
  ].join('\n\n')
}

const codes = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(', ') || '-'

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
