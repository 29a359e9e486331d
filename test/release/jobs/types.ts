/** The declarations as a strict program reads them, those of dependencies included. */
import { type Job, type Project, peers, specifier, subpaths } from '../kit.ts'

/** Subpaths whose types need none of Node. The AI SDK has some in its own. */
const withoutNode = ['index', 'mcp', 'crypto', 'rate-limit/memory', 'storage/memory', 'storage/testing']

const use = `
import { cloudwaysFunctions, createCloudways } from 'cloudways-tools'
const cloudways = createCloudways({ credentials: { accessToken: 'cw_typed' } })
const { list_servers, restart_server } = cloudwaysFunctions(cloudways)
export const label: Promise<string | undefined> = list_servers().then(({ servers }) => servers[0]?.label)
// @ts-expect-error the argument has another name
restart_server({ server: 1 })
`

async function check(project: Project, names: readonly string[], types: string[]): Promise<void> {
  const imports = names.map((name, at) => `import * as m${at} from '${specifier(name)}'`)
  const all = `export const all = [${names.map((_, at) => `m${at}`).join(', ')}]`
  await project.write('user.ts', `${[...imports, use, all].join('\n')}\n`)
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    const compilerOptions = {
      ...{ module, moduleResolution: resolution, target: 'es2023', lib: ['es2023', 'dom', 'dom.iterable'] },
      ...{ strict: true, noEmit: true, skipLibCheck: false, types },
    }
    await project.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['user.ts'] }))
    await project.run('npx', ['tsc', '-p', '.'])
  }
}

export const types: Job = {
  name: 'types',
  async run(kit) {
    const tried: string[] = []
    for (const version of ['5.9', 'latest']) {
      const bare = await kit.project(`types-${version}-bare`, [`typescript@${version}`])
      await check(bare, withoutNode, [])
      const whole = await kit.project(`types-${version}`, [
        `typescript@${version}`,
        '@types/node@20',
        // The types of `ai` import it, and its package does not bring it.
        '@types/json-schema',
        ...peers,
      ])
      await check(whole, subpaths, ['node'])
      tried.push(await whole.version('typescript'))
    }
    return `TypeScript ${tried.join(' and ')}, nodenext and bundler, skipLibCheck off`
  },
}
