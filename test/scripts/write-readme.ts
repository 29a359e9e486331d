/** The generated parts of README.md, between their markers, from the declarations of the tools. */
import { readFile, writeFile } from 'node:fs/promises'
import { type CoreToolName, coreTools, toolsets } from '../../src/tools/index.ts'

const file = new URL('../../README.md', import.meta.url)

const marks = { read: 'read', write: 'write', disruptive: '**disruptive**', destructive: '**destructive**' }

/** The tool reference: one table for each toolset. */
function toolTables(): string {
  return Object.entries(toolsets)
    .map(([toolset, tools]) => {
      const rows = (Object.keys(tools) as CoreToolName[]).map((name) => {
        const { risk, description, input } = coreTools[name]
        const args = Object.entries(input)
          .map(([arg, schema]) => `\`${arg}${isOptional(schema) ? '?' : ''}\``)
          .join(' ')
        return `| \`${name}\` | ${marks[risk]} | ${args || '-'} | ${description.replaceAll('|', '\\|')} |`
      })
      return [
        `#### ${toolset}`,
        '',
        '| Tool | Risk | Arguments | What it does |',
        '| --- | --- | --- | --- |',
        ...rows,
      ].join('\n')
    })
    .join('\n\n')
}

const isOptional = (schema: { safeParse(value: unknown): { success: boolean } }) =>
  schema.safeParse(undefined).success

/** README.md with its generated parts renewed. */
export async function renewedReadme(): Promise<{ before: string; after: string }> {
  const before = await readFile(file, 'utf8')
  const [start, end] = ['<!-- tools:start -->', '<!-- tools:end -->']
  const count = Object.keys(coreTools).length
  const head = before.split(start)[0]?.replace(/The same \d+ tools/, `The same ${count} tools`)
  const tail = before.split(end)[1]
  if (head === undefined || tail === undefined) throw new Error('README.md has lost its markers.')
  return { before, after: `${head}${start}\n\n${toolTables()}\n\n${end}${tail}` }
}

export async function writeReadme(): Promise<void> {
  await writeFile(file, (await renewedReadme()).after)
}
