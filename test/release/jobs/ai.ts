/** A loop of each version of the AI SDK that is promised: the tools, a mistake, a change that needs a person. */
import type { Job } from '../kit.ts'

/** Version 7 wants a Node of its own. */
const versions = [
  { ai: 5, node: undefined },
  { ai: 6, node: undefined },
  { ai: 7, node: 22 },
]

export const ai: Job = {
  name: 'ai',
  async run(kit) {
    const tried: string[] = []
    for (const { ai, node } of versions) {
      const project = await kit.project(`ai-${ai}`, [`ai@${ai}`, ...(node ? [`node@${node}`] : [])])
      const program = node ? project.path('node_modules/.bin/node') : process.execPath
      const ran = (await project.run(program, ['ai-loop.mjs'], { seconds: 120 })).trim()
      if (node && !ran.startsWith(`v${node}.`)) throw new Error(`AI SDK ${ai} ran on Node ${ran}`)
      tried.push(`${await project.version('ai')} on Node ${ran.slice(1)}`)
    }
    return tried.join(', ')
  },
}
