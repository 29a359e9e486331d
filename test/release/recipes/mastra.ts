import { Agent, type ToolsInput } from '@mastra/core/agent'
import { createCloudways } from 'cloudways-tools'
import { cloudwaysTools } from 'cloudways-tools/ai'

const accessToken = process.env.CLOUDWAYS_ACCESS_TOKEN as string
const cloudways = createCloudways({ credentials: { accessToken }, readOnly: true })

export const agent = new Agent({
  id: 'hosting',
  name: 'Hosting',
  instructions: 'You look after sites on Cloudways.',
  model: 'openai/gpt-5',
  // Its types know the tools of another version of the AI SDK.
  tools: cloudwaysTools(cloudways) as object as ToolsInput,
})
