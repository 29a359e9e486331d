/** Writes src/skills/skills.json from the SKILL.md files next to it: the form in which a program without a disk has them. */
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { coreTools } from '../../src/tools/index.ts'

const folder = new URL('../../src/skills/', import.meta.url)
const target = new URL('skills.json', folder)

/** The names of tools that a text has in code marks. */
const toolsIn = (text: string): string[] => {
  const marked = [...text.matchAll(/`([a-z][a-z0-9_]*)`/g)].map(([, name]) => name as string)
  return [...new Set(marked)].filter((name) => Object.hasOwn(coreTools, name))
}

async function skillOf(name: string) {
  const text = await readFile(new URL(`${name}/SKILL.md`, folder), 'utf8')
  const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? []
  if (!head || !body) throw new Error(`${name}/SKILL.md has no frontmatter.`)
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
  const size = Buffer.byteLength(text)
  return { frontmatter: parse(head), digest, size, tools: toolsIn(body), head, body }
}

/** skills.json as it is, and as it should be. */
export async function renewedSkills(): Promise<{ before: string; after: string }> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const skills = await Promise.all(names.sort().map(skillOf))
  const before = await readFile(target, 'utf8').catch(() => '')
  return { before, after: `${JSON.stringify(skills, null, 2)}\n` }
}

export async function writeSkills(): Promise<void> {
  await writeFile(target, (await renewedSkills()).after)
}
