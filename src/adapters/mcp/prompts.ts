/** Prompts for what people do every week. Each is a skill with arguments, so nothing is written twice. No SDK here. @module */
import { object } from '../../base/json.ts'
import { oneLine } from '../../base/text.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import type { McpRequest, Method } from './ask.ts'
import { invalidParams, protocolError } from './failures.ts'
import { type Skill, skillsOf } from './skills.ts'
import type { Place } from './uris.ts'

interface PromptArgument {
  name: string
  description: string
  required: boolean
  /** What its values name, for completion. */
  kind?: Place['kind']
}

interface Prompt {
  name: string
  title: string
  description: string
  arguments: readonly PromptArgument[]
  skill: Skill
}

/** The arguments that skills name. */
const known: Record<string, Omit<PromptArgument, 'name' | 'required'>> = {
  app: { description: 'The app: its domain, label or id', kind: 'app' },
  branch: { description: 'The branch; that of the last deployment when it is left out' },
  time: { description: 'The time to go back to, as you would say it: last night, before 8:00' },
  domain: { description: 'The domain that the site shall have' },
}

/** What every name of a skill begins with, because skills of many servers lie side by side. Prompts stand under ours. */
const prefix = 'cloudways-'

export const promptsOf = <T extends ToolMap>(toolkit: Toolkit<T>): readonly Prompt[] =>
  skillsOf(toolkit).flatMap((skill) => {
    const { name, description, metadata } = skill.frontmatter
    if (metadata.arguments === undefined) return []
    const words = metadata.arguments.split(' ').filter(Boolean)
    return [
      {
        name: name.slice(prefix.length),
        title: metadata.title,
        description,
        arguments: words.map((word) => argumentOf(word.replace('?', ''), !word.endsWith('?'))),
        skill,
      },
    ]
  })

const argumentOf = (name: string, required: boolean): PromptArgument => ({
  ...(known[name] ?? { description: name }),
  name,
  required,
})

export const promptMethods = <T extends ToolMap>(toolkit: Toolkit<T>): Record<string, Method> => ({
  'prompts/list': () => ({
    prompts: promptsOf(toolkit).map(({ skill: _, ...prompt }) => ({
      ...prompt,
      arguments: prompt.arguments.map(({ kind: __, ...argument }) => argument),
    })),
  }),
  'prompts/get': ({ params }: McpRequest<{ name: string; arguments?: unknown }>) => {
    const prompt = promptsOf(toolkit).find(({ name }) => name === params.name)
    if (!prompt) throw protocolError(invalidParams, 'There is no such prompt. prompts/list lists them.')
    const text = textOf(prompt, object(params.arguments) ?? {})
    return {
      description: prompt.title,
      messages: [{ role: 'user', content: { type: 'text', text } }],
    }
  },
})

const mostOfValue = 255

function textOf({ name, arguments: wanted, skill }: Prompt, given: Record<string, unknown>): string {
  const values = wanted.map((argument) => ({ ...argument, value: textGiven(given[argument.name]) }))
  const missing = values.filter(({ required, value }) => required && !value)
  if (missing.length > 0) {
    const list = missing.map((argument) => `${argument.name} (${argument.description})`).join(', ')
    throw protocolError(invalidParams, `${name}: ${list} is needed.`)
  }
  const lines = values.filter(({ value }) => value).map((argument) => `${argument.name}: ${argument.value}`)
  return [...lines, skill.body.trim()].join('\n\n')
}

const textGiven = (value: unknown) => (typeof value === 'string' ? oneLine(value, mostOfValue) : '')
