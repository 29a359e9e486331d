/**
 * Skills: how to use these tools well, served by the protocol's extension `io.modelcontextprotocol/skills` (SEP-2640). A
 * skill is offered when every tool that it names is listed. No SDK here.
 *
 * @module
 */
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import data from '../../skills/skills.json' with { type: 'json' }
import type { McpRequest, Method } from './ask.ts'
import { invalidParams, protocolError } from './failures.ts'

/** A file SKILL.md, in the parts that are served. */
export interface Skill {
  frontmatter: {
    name: string
    description: string
    /** `arguments`: those of the prompt that the skill is as well, `?` for one that may be left out. */
    metadata: { title: string; arguments?: string }
  }
  digest: string
  /** In bytes. */
  size: number
  /** The tools that its text names. */
  tools: readonly string[]
  /** The text of the frontmatter, and the text after it. */
  head: string
  body: string
}

export const allSkills: readonly Skill[] = data

/** The skills whose tools are all listed. */
export const skillsOf = <T extends ToolMap>(toolkit: Toolkit<T>): readonly Skill[] => {
  const listed = new Set(toolkit.adapter.reached().map(({ name }) => name))
  return allSkills.filter(({ tools }) => tools.every((name) => listed.has(name)))
}

export const skillUri = ({ frontmatter }: Skill) => `skill://${frontmatter.name}/SKILL.md`

/** The file as it is, byte for byte: clients check it against the digest. */
export const fileOf = ({ head, body }: Skill) => `---\n${head}\n---\n${body}`

/** What the base protocol adds to a list by itself, and to methods of an extension does not. */
const fresh = { resultType: 'complete', ttlMs: 300_000, cacheScope: 'private' } as const

export const skillMethods = <T extends ToolMap>(toolkit: Toolkit<T>): Record<string, Method> => ({
  'skills/list': () => ({ ...fresh, skills: skillsOf(toolkit).map(entryOf) }),
  'skills/get': ({ params }: McpRequest<{ uri?: unknown }>) => {
    const skill = skillsOf(toolkit).find((one) => skillUri(one) === params.uri)
    if (!skill) throw protocolError(invalidParams, 'There is no such skill. skills/list lists them.')
    return { ...fresh, skill: entryOf(skill) }
  },
})

const entryOf = (skill: Skill) => ({
  uri: skillUri(skill),
  frontmatter: skill.frontmatter,
  resources: [{ uri: skillUri(skill), digest: skill.digest, size: skill.size }],
})
