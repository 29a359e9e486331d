/** The bundle of a release, started from its unpacked form in an empty folder, as Claude Desktop starts it. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { makeBundle, unpackBundle } from '../../scripts/release/bundle.ts'
import { bare, type Job, manifest, repo } from '../kit.ts'

export const bundle: Job = {
  name: 'bundle',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'bundle-'))
    try {
      await promisify(execFile)('npm', ['run', 'build'], { cwd: repo, env: bare })
      const [unpacked, empty] = [join(folder, 'unpacked'), join(folder, 'empty')]
      await mkdir(empty)
      await unpackBundle(await makeBundle(manifest, folder), unpacked)
      const { server, user_config } = JSON.parse(await readFile(join(unpacked, 'manifest.json'), 'utf8'))
      const { command, args, env } = server.mcp_config
      const filled = (text: string) =>
        text
          .replaceAll(/\$\{user_config\.(\w+)\}/g, (_, name) => String(user_config[name].default))
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the client fills it in.
          .replaceAll('${__dirname}', unpacked)
      return await use({
        command,
        args: [...args.map(filled), '--sandbox'],
        env: {
          PATH: bare.PATH,
          ...Object.fromEntries(Object.entries(env as object).map(([name, value]) => [name, filled(value)])),
        },
        cwd: empty,
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function use(program: ConstructorParameters<typeof StdioClientTransport>[0]): Promise<string> {
  const client = new Client({ name: 'release', version: '1.0.0' })
  await client.connect(new StdioClientTransport({ ...program, stderr: 'ignore' }))
  try {
    const { tools } = await client.listTools()
    const answer = await client.callTool({ name: 'list_servers', arguments: {} })
    const { servers } = answer.structuredContent as { servers: unknown[] }
    if (answer.isError || servers.length === 0) throw new Error('The bundle lists no server of the sandbox.')
    return `${tools.length} tools, ${servers.length} servers of the sandbox`
  } finally {
    await client.close()
  }
}
