import { createCloudways } from 'cloudways-tools'
import { createMcpHandler, toNodeHandler } from 'cloudways-tools/mcp'
import fastify from 'fastify'

const accessToken = process.env.CLOUDWAYS_ACCESS_TOKEN as string
const cloudways = createCloudways({ credentials: { accessToken }, readOnly: true })

export const app = fastify()
app.all('/cloudways/mcp', toNodeHandler(createMcpHandler({ cloudways })))
