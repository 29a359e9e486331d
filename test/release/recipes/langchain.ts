import { tool } from '@langchain/core/tools'
import { createCloudways, toolSpecs } from 'cloudways-tools'
import { createAgent } from 'langchain'

const accessToken = process.env.CLOUDWAYS_ACCESS_TOKEN as string
const cloudways = createCloudways({ credentials: { accessToken }, readOnly: true })

export const tools = toolSpecs(cloudways).map(({ name, description, inputSchema, execute }) =>
  tool(async (input) => (await execute(input)).text, {
    name,
    description,
    schema: inputSchema,
    verboseParsingErrors: true, // Which argument is wrong.
  }),
)

export function hostingAgent(model: string) {
  return createAgent({ model, tools, systemPrompt: 'You look after sites on Cloudways.' })
}
