import type Anthropic from '@anthropic-ai/sdk'
import { createCloudways, toolSpecs } from 'cloudways-tools'

const accessToken = process.env.CLOUDWAYS_ACCESS_TOKEN as string
const cloudways = createCloudways({ credentials: { accessToken }, readOnly: true })
const specs = toolSpecs(cloudways)
const tools = specs.map(({ name, description, inputSchema }) => ({
  name,
  description,
  input_schema: inputSchema as Anthropic.Tool.InputSchema,
}))

export async function ask(client: Anthropic, model: string, prompt: string) {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: prompt }]
  for (;;) {
    const { content, stop_reason } = await client.messages.create({
      model,
      max_tokens: 4096,
      tools,
      messages,
    })
    messages.push({ role: 'assistant', content })
    if (stop_reason !== 'tool_use') return content
    const results: Anthropic.ToolResultBlockParam[] = []
    for (const part of content) {
      if (part.type !== 'tool_use') continue
      const outcome = await specs.find(({ name }) => name === part.name)?.execute(part.input)
      results.push({
        type: 'tool_result',
        tool_use_id: part.id,
        content: outcome?.text,
        is_error: !outcome?.ok,
      })
    }
    messages.push({ role: 'user', content: results })
  }
}
