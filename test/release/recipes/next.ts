// app/cloudways/mcp/route.ts
import { createCloudways } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'

const accessToken = process.env.CLOUDWAYS_ACCESS_TOKEN as string
const cloudways = createCloudways({ credentials: { accessToken }, readOnly: true })
const handler = createMcpHandler({ cloudways })

export const GET = (request: Request) => handler(request)
export const POST = (request: Request) => handler(request)
export const DELETE = (request: Request) => handler(request)
