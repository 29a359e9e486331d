/** The recipes of src/docs/recipes.md: type-checked, and a tool called through each of them on the sandbox. */
import { readFile } from 'node:fs/promises'
import { type Job, type Kit, repo } from '../kit.ts'

interface Group {
  recipes: readonly string[]
  packages: readonly string[]
  /** The Node that its packages want, where that is not the Node of this run. */
  node?: number
}

const groups: readonly Group[] = [
  {
    recipes: ['express', 'fastify', 'hono', 'next', 'worker'],
    packages: ['express@5', '@types/express@5', 'fastify@5', 'hono@4'],
  },
  { recipes: ['langchain'], packages: ['langchain@1', '@langchain/core@1'] },
  { recipes: ['openai-agents'], packages: ['@openai/agents'] },
  { recipes: ['mastra'], packages: ['@mastra/core@1', 'ai@6'], node: 22 },
  { recipes: ['claude-agent-sdk'], packages: ['@anthropic-ai/claude-agent-sdk'] },
  { recipes: ['anthropic'], packages: ['@anthropic-ai/sdk'] },
]

const tools = ['typescript@5', 'tsx@4', '@types/node@22']
const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023']

async function tryGroup(kit: Kit, { recipes, packages, node }: Group): Promise<string> {
  const project = await kit.project(`recipes-${recipes[0]}`, [...packages, ...tools])
  for (const name of recipes) {
    await project.write(`${name}.ts`, await readFile(`${repo}test/release/recipes/${name}.ts`, 'utf8'))
  }
  await project.run('npx', ['tsc', ...options, '--types', 'node', ...recipes.map((name) => `${name}.ts`)])
  // In a folder of its own: the package brings the binary by a further install.
  const binary = node
    ? (await kit.project(`node-${node}`, [`node@${node}`])).path('node_modules/.bin/node')
    : 'node'
  await project.run(binary, ['--import', 'tsx', 'recipes.mjs', ...recipes], { seconds: 120 })
  const [named] = packages
  return recipes.length > 1 ? recipes.join(', ') : `${recipes} (${named})`
}

export const recipes: Job = {
  name: 'recipes',
  async run(kit) {
    const tried: string[] = []
    for (const group of groups) tried.push(await tryGroup(kit, group))
    return tried.join(', ')
  },
}
