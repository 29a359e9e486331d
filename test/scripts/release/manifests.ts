/**
 * What registries and clients read about the package, made from package.json, which alone names places: repository,
 * homepage, the name in the registry of MCP.
 *
 * @module
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { icons } from '../../../src/adapters/mcp/icon.ts'
import { startOf } from '../../../src/server/clients.ts'

export interface Manifest {
  name: string
  version: string
  description: string
  keywords: string[]
  license: string
  author: string
  homepage: string
  bugs: string
  repository: { url: string }
  mcpName: string
  engines: { node: string }
}

const repo = new URL('../../../', import.meta.url)

export const readManifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(new URL('package.json', repo), 'utf8'))

/** The address that people open, without what is npm's. */
const repositoryOf = ({ repository }: Manifest) => repository.url.replace(/^git\+/, '').replace(/\.git$/, '')

/** One sentence of at most 100 characters, which is what the registry takes. */
const short =
  'Run Cloudways hosting safely: plans before changes, approvals by a person, no stored credentials.'

/** `server.json` of the registry of MCP: https://github.com/modelcontextprotocol/registry */
export const serverJson = (manifest: Manifest) => ({
  $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
  name: manifest.mcpName,
  title: 'Cloudways tools',
  description: short,
  repository: { url: repositoryOf(manifest), source: 'github' },
  websiteUrl: manifest.homepage,
  version: manifest.version,
  packages: [
    {
      registryType: 'npm',
      identifier: manifest.name,
      version: manifest.version,
      runtimeHint: 'npx',
      transport: { type: 'stdio' },
      environmentVariables: [
        {
          name: 'CLOUDWAYS_ACCESS_TOKEN',
          description: 'Access token of the account. Without it, the first call gives a link to sign in.',
          isRequired: false,
          isSecret: true,
        },
        { name: 'READ_ONLY', description: 'Only tools that change nothing.', default: 'false' },
      ],
    },
  ],
})

/** `manifest.json` of a bundle for Claude Desktop: https://github.com/modelcontextprotocol/mcpb */
export const bundleManifest = (manifest: Manifest) => ({
  manifest_version: '0.3',
  name: manifest.name,
  display_name: 'Cloudways tools',
  version: manifest.version,
  description: short,
  long_description: manifest.description,
  author: { name: manifest.author },
  repository: { type: 'git', url: repositoryOf(manifest) },
  homepage: manifest.homepage,
  support: manifest.bugs,
  license: manifest.license,
  keywords: manifest.keywords,
  icon: 'icon.png',
  server: {
    type: 'node',
    entry_point: 'server/main.js',
    mcp_config: {
      command: 'node',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the client fills it in.
      args: ['${__dirname}/server/main.js'],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the client fills it in.
      env: { READ_ONLY: '${user_config.read_only}', PRESET: '${user_config.preset}' },
    },
  },
  tools_generated: true,
  prompts_generated: true,
  user_config: {
    read_only: {
      type: 'boolean',
      title: 'Only look',
      description: 'Leave out every tool that changes something.',
      default: false,
      required: false,
    },
    preset: {
      type: 'string',
      title: 'Tools',
      description:
        'core: what people do weekly; all: everything; search: few tools, and a search for the others.',
      default: 'core',
      required: false,
    },
  },
  compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: manifest.engines.node } },
})

/** The icon of the server as a file. */
export const icon = (): Buffer => Buffer.from((icons[0]?.src ?? '').split(',')[1] ?? '', 'base64')

const pluginName = 'cloudways'

/** The plugin of Claude Code: the server, and the skills. https://code.claude.com/docs/en/plugins-reference */
export const plugin = (manifest: Manifest) => ({
  name: pluginName,
  version: manifest.version,
  description: short,
  author: { name: manifest.author },
  homepage: manifest.homepage,
  repository: repositoryOf(manifest),
  license: manifest.license,
  keywords: manifest.keywords,
  skills: './src/skills/',
  mcpServers: { [pluginName]: startOf({ platform: 'linux' }, {}) },
})

/** The list by which `/plugin marketplace add OWNER/NAME` finds it. */
export const marketplace = (manifest: Manifest) => ({
  name: manifest.name,
  owner: { name: manifest.author },
  plugins: [{ name: pluginName, source: './', description: short }],
})

/** The manifests that live in the repository, by their place. */
export const ownManifests = (manifest: Manifest): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ plugin: plugin(manifest), marketplace: marketplace(manifest) }).map(([name, value]) => [
      `.claude-plugin/${name}.json`,
      `${JSON.stringify(value, null, 2)}\n`,
    ]),
  )

export async function writeManifests(): Promise<void> {
  await mkdir(new URL('.claude-plugin/', repo), { recursive: true })
  for (const [path, text] of Object.entries(ownManifests(await readManifest())))
    await writeFile(new URL(path, repo), text)
}
