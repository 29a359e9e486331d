/**
 * Measuring side by side: what is compared runs in turn, in one run, and ratios are what counts.
 *
 * @module
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { encode } from 'gpt-tokenizer/encoding/o200k_base'

/** CPU milliseconds of this process that `work` takes. */
export async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export interface Pair {
  ours: number
  theirs: number
  /** Median of the ratios of neighbouring runs. */
  ratio: number
}

/** Run two measurements in turn (A B A B ...), after one warm-up of each. */
export async function sideBySide(
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Pair> {
  await ours()
  await theirs()
  const pairs: [number, number][] = []
  for (let round = 0; round < rounds; round++) pairs.push([await ours(), await theirs()])
  return {
    ours: median(pairs.map(([a]) => a)),
    theirs: median(pairs.map(([, b]) => b)),
    ratio: median(pairs.map(([a, b]) => a / b)),
  }
}

export interface Row {
  what: string
  ours: string
  against: string
  goal: string
}

/** All lines so far. */
export const rows: Row[] = []

/** One line of the table. */
export function row(what: string, ours: string, against = '', goal = ''): void {
  rows.push({ what, ours, against, goal })
  console.log(`${what.padEnd(64)} ${ours.padStart(10)}  ${against.padEnd(58)} ${goal}`)
}

export const times = (pair: Pair) => `${pair.ratio.toFixed(2)}x`

/** Tokens of a value as JSON, as models of OpenAI count them. */
export const tokens = (value: unknown) => encode(JSON.stringify(value)).length

/** When and where something was measured. */
export const machine = () => ({
  measured: new Date().toISOString().slice(0, 10),
  node: process.version,
  processors: cpus().length,
  model: cpus()[0]?.model ?? 'unknown',
})

/** Keep what was measured in results/, from which the page is made. */
export async function keepResults(name: 'bench' | 'soak' | 'scale', results: object): Promise<void> {
  const folder = new URL('./results/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const kept = JSON.stringify({ ...machine(), ...results }, null, 2)
  await writeFile(new URL(`${name}.json`, folder), `${kept}\n`)
}
