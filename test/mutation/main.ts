/**
 * npm run mutation: small faults are put into the code, one after the other. The score is the share of them that a test
 * notices. It takes most of an hour: the path of a call twenty minutes, others some five.
 *
 *     npm run mutation -- crypto policy    these parts only
 */
import { readFile, writeFile } from 'node:fs/promises'
import { Stryker } from '@stryker-mutator/core'
import { parts } from './parts.ts'

interface Score {
  /** The day. */
  measured: string
  /** Percent of the faults, in all files and in each. */
  noticed: number
  files: Record<string, number>
}

type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

/** A fault that ends in an endless loop is noticed too. */
const isNoticed = ({ status }: Mutant) => status === 'Killed' || status === 'Timeout'
const isTried = ({ status }: Mutant) => ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status)

const percent = (mutants: Mutant[]) =>
  Math.round((1000 * mutants.filter(isNoticed).length) / mutants.filter(isTried).length) / 10

async function measure(name: string): Promise<Score> {
  process.env.MUTATION_PART = name
  const stryker = new Stryker({
    mutate: parts[name]?.mutate ?? [],
    testRunner: 'vitest',
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
    plugins: ['@stryker-mutator/vitest-runner'],
    coverageAnalysis: 'perTest',
    timeoutMS: 20_000,
    dryRunTimeoutMinutes: 30,
    tempDirName: 'node_modules/.mutation',
    reporters: ['clear-text', 'progress-append-only'],
  })
  const mutants = (await stryker.runMutationTest()).filter(isTried)
  const names = [...new Set(mutants.map(({ fileName }) => fileName))].sort()
  const fileOf = (path: string) => path.slice(path.lastIndexOf('/src/') + 1)
  return {
    measured: new Date().toISOString().slice(0, 10),
    noticed: percent(mutants),
    files: Object.fromEntries(
      names.map((path) => [fileOf(path), percent(mutants.filter(({ fileName }) => fileName === path))]),
    ),
  }
}

const given = process.argv.slice(2)
const unknown = given.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`There are no parts ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}
const file = new URL('./score.json', import.meta.url)
const scores: Record<string, Score> = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'))
for (const name of given.length > 0 ? given : Object.keys(parts)) {
  scores[name] = await measure(name)
  await writeFile(file, `${JSON.stringify(scores, null, 2)}\n`)
  console.log(`${name}: ${scores[name].noticed} % of the faults are noticed`)
}
