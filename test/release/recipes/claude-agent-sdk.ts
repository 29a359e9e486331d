import { query } from '@anthropic-ai/claude-agent-sdk'
import { createCloudways } from 'cloudways-tools'
import { createMcpServer } from 'cloudways-tools/mcp'

const accessToken = process.env.CLOUDWAYS_ACCESS_TOKEN as string
const cloudways = createCloudways({ credentials: { accessToken }, readOnly: true })

/** For one conversation: a server has one client. */
export const hosting = () => ({
  type: 'sdk' as const,
  name: 'cloudways',
  instance: createMcpServer({ cloudways }),
})

export function ask(prompt: string) {
  return query({
    prompt,
    options: { mcpServers: { cloudways: hosting() }, allowedTools: ['mcp__cloudways'] },
  })
}
