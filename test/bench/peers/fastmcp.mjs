// One tool on fastmcp over a real upstream, without sessions. Runs in a folder where fastmcp is installed.
import { FastMCP } from 'fastmcp'
import { z } from 'zod'

const [port, apiUrl] = process.argv.slice(2)
const server = new FastMCP({ name: 'peer', version: '1.0.0' })
server.addTool({
  name: 'get_git_ssh_key',
  description: 'Reads the key.',
  parameters: z.object({ server_id: z.string(), app_id: z.string() }),
  async execute(input) {
    const headers = { authorization: 'Bearer cw_bench_token' }
    const response = await fetch(`${apiUrl}/git/key?${new URLSearchParams(input)}`, { headers })
    return JSON.stringify(await response.json())
  },
})
const httpStream = { port: Number(port), host: '127.0.0.1', stateless: true }
await server.start({ transportType: 'httpStream', httpStream })
