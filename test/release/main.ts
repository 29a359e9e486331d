/**
 * Whether the packed package runs where it is said to run: `npm run release:check`, or with the names of jobs,
 * `npm run release:check -- workerd bun`. Each job installs what it needs from the registry.
 */
import { jobs } from './jobs/index.ts'
import { createKit, type Job, type Kit } from './kit.ts'

/** Of the output of a job that failed. */
const mostLines = 80

async function attempt({ name, run }: Job, kit: Kit): Promise<boolean> {
  const begun = performance.now()
  const line = (word: string, tried: string) => {
    const seconds = ((performance.now() - begun) / 1000).toFixed(0)
    console.log(`${name.padEnd(10)} ${word.padEnd(7)} ${seconds.padStart(4)} s  ${tried}`)
  }
  try {
    line('ok', await run(kit))
    return true
  } catch (error) {
    line('FAILED', '')
    const lines = (error as Error).message.trim().split('\n')
    for (const text of lines.slice(0, mostLines)) console.log(`    ${text.slice(0, 300)}`)
    if (lines.length > mostLines) console.log(`    and ${lines.length - mostLines} lines more`)
    return false
  }
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !jobs.some((job) => job.name === name))
if (unknown.length > 0) {
  console.log(`There is no job ${unknown.join(', ')}. Jobs: ${jobs.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}
const kit = await createKit()
process.once('SIGINT', () => void kit.close().finally(() => process.exit(130)))
try {
  let good = true
  for (const job of jobs) {
    if (wanted.length > 0 && !wanted.includes(job.name)) continue
    good = (await attempt(job, kit)) && good
  }
  process.exitCode = good ? 0 : 1
} finally {
  await kit.close()
}
