import { Agent, tool } from '@openai/agents'
import { createCloudways, toolSpecs } from 'cloudways-tools'

const accessToken = process.env.CLOUDWAYS_ACCESS_TOKEN as string
const cloudways = createCloudways({ credentials: { accessToken }, readOnly: true })

export const tools = toolSpecs(cloudways).map(({ name, description, inputSchema, execute }) =>
  tool({
    name,
    description,
    parameters: inputSchema as never, // JSON Schema
    strict: false,
    execute: async (input) => (await execute(input)).text,
  }),
)

export const agent = new Agent({ name: 'Hosting', instructions: 'You look after sites on Cloudways.', tools })
