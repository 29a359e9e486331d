/** Cloudflare's runtime, through miniflare: the checks in a request, and a server that is made at import. */
import type { Job } from '../kit.ts'

/** The first with `node:fs`, which `cloudways-tools/server` needs, and a late one. */
const dates = ['2025-09-15', '2026-04-20']

export const workerd: Job = {
  name: 'workerd',
  async run(kit) {
    const project = await kit.project('workerd', ['miniflare@4', 'esbuild'])
    const conditions = ['--conditions=workerd,worker,browser', '--main-fields=module,main']
    const kept = ['--external:node:*', '--external:cloudflare:*']
    await project.run('npx', [
      ...['esbuild', 'worker.mjs', '--bundle', '--format=esm', '--platform=neutral', '--outfile=worker.js'],
      ...conditions,
      ...kept,
    ])
    let checked = ''
    for (const date of dates) checked = await project.run('node', ['miniflare.mjs', date], { seconds: 180 })
    const version = await project.version('workerd')
    return `${version} by miniflare ${await project.version('miniflare')}, as of ${dates.join(' and ')}: ${checked.trim()}`
  },
}
