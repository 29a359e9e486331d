/** `toNodeHandler` in Express and Fastify. */
import type { Job } from '../kit.ts'

export const frameworks: Job = {
  name: 'frameworks',
  async run(kit) {
    const project = await kit.project('frameworks', ['express@5', 'fastify@5', '@modelcontextprotocol/sdk@1'])
    await project.run('node', ['frameworks.mjs'], { seconds: 120 })
    return `Express ${await project.version('express')}, Fastify ${await project.version('fastify')}`
  },
}
