/**
 * What an installation brings with it: the licence of every package, and known vulnerabilities where the registry tells
 * them.
 */
import { readFile } from 'node:fs/promises'
import type { Job, Project } from '../kit.ts'

/** Licences that ask for no more than a notice, which goes along. */
const allowed = new Set([
  ...['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0'],
])

/** Whether an SPDX expression can be met with these licences. A mixture of AND and OR is read as AND. */
export function isAllowed(expression: string): boolean {
  const licences = expression.split(/[()]|\s+(?:AND|OR)\s+/).map((part) => part.trim())
  const named = licences.filter((part) => part !== '')
  const isChoice = /\sOR\s/.test(expression) && !/\sAND\s/.test(expression)
  const holds = (licence: string) => allowed.has(licence)
  return named.length > 0 && (isChoice ? named.some(holds) : named.every(holds))
}

interface Carried {
  name: string
  version: string
  licence: string
}

/** All packages of an installation, as its lock file has them. */
async function installed(project: Project): Promise<Carried[]> {
  const { packages } = JSON.parse(await readFile(project.path('package-lock.json'), 'utf8'))
  const paths = Object.keys(packages).filter((path) => path.startsWith('node_modules/'))
  return Promise.all(
    paths.map(async (path) => {
      const { version, license } = JSON.parse(await readFile(project.path(path, 'package.json'), 'utf8'))
      const licence = typeof license === 'string' ? license : String(license?.type ?? 'none')
      return { name: path.replace(/^.*node_modules\//, ''), version, licence }
    }),
  )
}

/** The packages of which the command carries copies, by the file that goes along with them. */
async function copied(project: Project): Promise<Carried[]> {
  const path = project.path('node_modules/cloudways-tools/dist/cli/THIRD-PARTY-NOTICES.txt')
  const heads = (await readFile(path, 'utf8')).matchAll(/^-{80}\n\n(\S+) (\d\S*) \(([^)\n]+)\)$/gm)
  return [...heads].map(([, name = '', version = '', licence = '']) => ({ name, version, licence }))
}

/** @returns a sentence. An audit that could not be made is no clean audit. @throws when something is known. */
async function audit(project: Project): Promise<string> {
  // It fails with a report as well as without one.
  const text = await project.run('sh', ['-c', 'npm audit --omit=dev --json || true'], { seconds: 120 })
  const report = JSON.parse(text)
  const counts: Record<string, number> | undefined = report.metadata?.vulnerabilities
  if (!counts) {
    const why =
      report.error?.summary || report.error?.detail || report.message || 'the registry gave no report'
    return `vulnerabilities NOT CHECKED: ${String(why).split('\n')[0]}`
  }
  const known = Object.keys(report.vulnerabilities ?? {})
  if (known.length > 0) throw new Error(`npm audit knows vulnerabilities of ${known.join(', ')}`)
  return 'no known vulnerability'
}

export const licences: Job = {
  name: 'licences',
  async run(kit) {
    const project = await kit.project('licences')
    const [all, copies] = [await installed(project), await copied(project)]
    if (copies.length === 0) throw new Error('The notices of the command name no package.')
    const wrong = [...all, ...copies].filter(({ licence }) => !isAllowed(licence))
    if (wrong.length > 0) {
      const rows = wrong.map(({ name, version, licence }) => `${name} ${version}: ${licence}`)
      throw new Error(
        `These licences are not in the list that needs a notice only:\n${[...new Set(rows)].join('\n')}\n` +
          'Do without the package, or read its licence and add it to test/release/jobs/licences.ts.',
      )
    }
    return `${all.length} packages installed, ${copies.length} copied with notices; ${await audit(project)}`
  },
}
