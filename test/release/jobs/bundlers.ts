/** Next.js (Turbopack and webpack) and Vite: every subpath builds where no optional package is installed. */
import { type Job, type Project, specifier, subpaths } from '../kit.ts'

/** A name for a folder or a variable. */
const plain = (name: string) => name.replaceAll(/\W/g, '_')

async function writeRoutes(project: Project): Promise<void> {
  await project.write(
    'app/layout.js',
    'export default function Layout({ children }) { return <html><body>{children}</body></html> }\n',
  )
  for (const name of subpaths) {
    await project.write(
      `app/${plain(name)}/route.js`,
      `import * as all from '${specifier(name)}'\nexport const GET = () => Response.json(Object.keys(all))\n`,
    )
  }
}

export const next: Job = {
  name: 'next',
  async run(kit) {
    const project = await kit.project('next', ['next@16', 'react@19', 'react-dom@19'])
    await writeRoutes(project)
    const env = { NEXT_TELEMETRY_DISABLED: '1' }
    for (const bundler of ['--turbopack', '--webpack']) {
      const output = await project.run('npx', ['next', 'build', bundler], { env })
      // A route whose answer is kept was run at the build.
      const missing = subpaths.filter((name) => !output.includes(`/${plain(name)}\n`))
      if (missing.length > 0) throw new Error(`no route for ${missing.join(', ')}\n${output}`)
    }
    return `${await project.version('next')}: ${subpaths.length} routes, Turbopack and webpack`
  },
}

/** Subpaths that a page may have in it. */
const inPages = ['index', 'ai', 'crypto', 'rate-limit/memory', 'storage/memory']

export const vite: Job = {
  name: 'vite',
  async run(kit) {
    const project = await kit.project('vite', ['vite'])
    const entryOf = (names: readonly string[]) =>
      names.map((name) => `export * as ${plain(name)} from '${specifier(name)}'\n`).join('')
    await project.write('server.js', entryOf(subpaths))
    await project.write('library.js', entryOf(inPages))
    const ssr = { build: { ssr: 'server.js', outDir: 'ssr' }, ssr: { noExternal: true } }
    const lib = {
      build: { lib: { entry: 'library.js', formats: ['es'], fileName: 'library' }, outDir: 'lib' },
    }
    for (const [name, config] of Object.entries({ ssr, lib })) {
      await project.write(`${name}.config.js`, `export default ${JSON.stringify(config)}\n`)
      await project.run('npx', ['vite', 'build', '--config', `${name}.config.js`])
    }
    await project.run('node', ['ssr/server.js'])
    return `${await project.version('vite')}: SSR with ${subpaths.length} subpaths, library with ${inPages.length}`
  },
}
