import { createCloudways } from 'cloudways-tools'
import { createMcpHandler, toNodeHandler } from 'cloudways-tools/mcp'
import express from 'express'

const accessToken = process.env.CLOUDWAYS_ACCESS_TOKEN as string
const cloudways = createCloudways({ credentials: { accessToken }, readOnly: true })

export const app = express()
app.use(express.json())
app.all('/cloudways/mcp', toNodeHandler(createMcpHandler({ cloudways })))
