/** The generated parts of README.md, between their markers, from the declarations of the tools. */
import { readFile, writeFile } from 'node:fs/promises'
import { toolTables } from '../../src/core/declare/reference.ts'
import { coreTools } from '../../src/tools/index.ts'

const file = new URL('../../README.md', import.meta.url)

/** The tool reference: one table for each toolset. */
const tables = (): string =>
  toolTables(
    Object.values(coreTools).map(({ name, toolset, risk, description, input }) => ({
      ...{ name, toolset, risk, description },
      arguments: Object.entries(input).map(([arg, schema]) => `${arg}${isOptional(schema) ? '?' : ''}`),
    })),
  )

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
  return { before, after: `${head}${start}\n\n${tables()}\n\n${end}${tail}` }
}

export async function writeReadme(): Promise<void> {
  await writeFile(file, (await renewedReadme()).after)
}
