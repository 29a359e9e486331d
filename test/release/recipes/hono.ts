import { createCloudways } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { Hono } from 'hono'

const accessToken = process.env.CLOUDWAYS_ACCESS_TOKEN as string
const cloudways = createCloudways({ credentials: { accessToken }, readOnly: true })
const handler = createMcpHandler({ cloudways })

export const app = new Hono()
app.all('/cloudways/mcp', (c) => handler(c.req.raw))
