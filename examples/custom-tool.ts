/**
 * A tool of your own: the same rules, the same redaction, the same adapters.
 *
 *   npx tsx examples/custom-tool.ts
 */
import { cloudwaysFunctions, createCloudways, defineTools } from 'cloudways-tools'
import { createSandbox } from 'cloudways-tools/sandbox'
import * as z from 'zod'

interface Estate {
  servers: { label: string; apps: { cname: string | null }[] }[]
}

const reports = defineTools('reports', {
  find_apps_without_domain: {
    title: 'Apps without a domain',
    description: 'Counts, by server, the apps that have no domain of their own yet.',
    risk: 'read',
    input: { server_label: z.string().optional() },
    output: z.looseObject({
      servers: z.array(z.looseObject({ label: z.string(), without_domain: z.number() })),
    }),
    request: () => ({ method: 'GET', path: '/server' }),
    answer: (body, { server_label }) => ({
      servers: (body as Estate).servers
        .filter(({ label }) => server_label === undefined || label === server_label)
        .map(({ label, apps }) => ({ label, without_domain: apps.filter(({ cname }) => !cname).length })),
    }),
  },
})

const sandbox = createSandbox()
const cloudways = createCloudways({ ...sandbox.options, extraTools: reports })

const { find_apps_without_domain } = cloudwaysFunctions(cloudways)
for (const { label, without_domain } of (await find_apps_without_domain()).servers) {
  console.log(`${label}: ${without_domain}`)
}
