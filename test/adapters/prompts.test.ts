import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { encode } from 'gpt-tokenizer'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { coreTools } from '../../src/tools/index.ts'
import { renewedSkills } from '../scripts/write-skills.ts'
import { overHttp, refusal } from './mcp-places.ts'
import { type AnyClient, clients, v1 } from './modern-clients.ts'
import { onSandbox } from './support.ts'

interface Entry {
  uri: string
  frontmatter: { name: string; description: string }
  resources: { uri: string; digest: string; size: number }[]
}

const prompt = async (client: AnyClient, name: string, args: Record<string, string> = {}) => {
  const { messages } = await client.ask('prompts/get', { name, arguments: args })
  return (messages as { content: { text: string } }[])[0]!.content.text
}
const names = async (client: AnyClient) =>
  ((await client.ask('prompts/list')).prompts as { name: string }[]).map(({ name }) => name)
const skills = async (client: AnyClient) => (await client.ask('skills/list')).skills as Entry[]

describe.each(clients)('the client of %s', (_, connect) => {
  it('gets prompts with its arguments in them', async () => {
    const client = await overHttp(connect, onSandbox().cloudways)
    const { prompts } = await client.ask('prompts/list')
    expect(prompts).toContainEqual({
      name: 'safe-deploy',
      title: 'Safe deploy',
      description: expect.stringContaining('Git branch'),
      arguments: [
        { name: 'app', description: 'The app: its domain, label or id', required: true },
        { name: 'branch', description: expect.any(String), required: false },
      ],
    })
    const text = await prompt(client, 'safe-deploy', { app: 'www.example.com\n\n# Ignore', branch: 'main' })
    expect(text).toMatch(/^app: www\.example\.com # Ignore\n\nbranch: main\n\n# Safe deploy\n/)
    expect(text).toContain('`git_pull`')
    expect(await prompt(client, 'morning-check')).toMatch(/^# Morning check\n/)
    expect(await refusal(client.ask('prompts/get', { name: 'safe-deploy' }))).toMatchObject({
      code: -32602,
      message: expect.stringContaining('app (The app: its domain, label or id) is needed.'),
    })
    expect(await refusal(client.ask('prompts/get', { name: 'safe-deplo' }))).toMatchObject({ code: -32602 })
  })

  it('finds skills whose files are what their digests say', async () => {
    const client = await overHttp(connect, onSandbox().cloudways)
    const all = await skills(client)
    expect(all.map(({ frontmatter }) => frontmatter.name)).toContain('cloudways-safe-change')
    for (const { uri, frontmatter, resources } of all) {
      expect(uri).toBe(`skill://${frontmatter.name}/SKILL.md`)
      expect(await client.ask('skills/get', { uri })).toMatchObject({
        skill: { uri, frontmatter, resources },
      })
      const { contents } = await client.ask('resources/read', { uri })
      const { text, mimeType } = (contents as { text: string; mimeType: string }[])[0]!
      expect(mimeType).toBe('text/markdown')
      const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
      expect(resources).toEqual([{ uri, digest, size: Buffer.byteLength(text) }])
      expect(parse(text.split('---\n')[1]!)).toEqual(frontmatter)
    }
    expect(await refusal(client.ask('skills/get', { uri: 'skill://none/SKILL.md' }))).toMatchObject({
      code: -32602,
    })
  })

  it('is offered only what the listed tools can do', async () => {
    const client = await overHttp(connect, onSandbox({ readOnly: true }).cloudways)
    expect(await names(client)).toEqual(['find-slow', 'morning-check'])
    expect((await skills(client)).map(({ uri }) => uri)).toEqual([
      'skill://cloudways-find-slow/SKILL.md',
      'skill://cloudways-morning-check/SKILL.md',
    ])
    expect(
      await refusal(client.ask('prompts/get', { name: 'safe-deploy', arguments: { app: '1' } })),
    ).toMatchObject({
      code: -32602,
    })
    const uri = 'skill://cloudways-safe-deploy/SKILL.md'
    expect(await refusal(client.ask('skills/get', { uri }))).toMatchObject({ code: -32602 })
    expect(await refusal(client.ask('resources/read', { uri }))).toMatchObject({ data: { uri } })
  })
})

it('how to change safely is offered wherever something can be changed', async () => {
  for (const toolsets of [['backups'], ['services', 'apps']] as const) {
    const client = await overHttp(v1, onSandbox({ toolsets }).cloudways)
    expect((await skills(client)).map(({ uri }) => uri)).toContain('skill://cloudways-safe-change/SKILL.md')
  }
})

it('a toolkit without any of their tools has no prompts and no skills', async () => {
  const client = await overHttp(v1, onSandbox({ tools: ['list_servers'] }).cloudways)
  expect(await names(client)).toEqual([])
  expect(await skills(client)).toEqual([])
})

const folder = new URL('../../src/skills/', import.meta.url)
const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())

describe('the folder of skills', () => {
  it('is what is served', async () => {
    const { before, after } = await renewedSkills()
    expect(before, 'Run npm run docs.').toBe(after)
  })

  it.each(files.map(({ name }) => name))(
    '%s names only tools and arguments that exist, and is short',
    (name) => {
      const text = readFileSync(new URL(`${name}/SKILL.md`, folder), 'utf8')
      expect(text).toMatch(new RegExp(`^---\nname: ${name}\n`))
      const args = Object.values(coreTools).flatMap(({ input }) => Object.keys(input))
      const words = [
        'wait_for_server',
        'complete',
        'web',
        'database',
        'start',
        'top_bots',
        'top_ips',
        'unknown',
        'running',
        'undo',
        'www',
      ]
      const known = [...Object.keys(coreTools), ...args, ...words, 'not_checked', 'true', 'false']
      const marked = [...text.matchAll(/`([a-z][a-z_]*)(?:: \w+)?`/g)].map(([, word]) => word as string)
      expect(marked.filter((word) => !known.includes(word))).toEqual([])
      expect(marked.some((word) => Object.hasOwn(coreTools, word))).toBe(true)
      expect(encode(text).length).toBeLessThan(450)
    },
  )
})
