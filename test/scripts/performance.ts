/** What the benchmark, the soak and the scale runs kept, as a table and pictures of the page on performance. @module */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import type { Row } from '../bench/measure.ts'
import { lineCharts } from './line-chart.ts'

const results = new URL('../bench/results/', import.meta.url)
const pages = new URL('../../src/docs/', import.meta.url)

interface Measured {
  measured: string
  node: string
  processors: number
  model: string
}
interface SoakPoint {
  second: number
  p50: number
  p95: number
  heap: number[]
  handles: number[]
}
type ScalePoint = { size: number } & Record<string, number>

interface Results {
  bench: Measured & { rows: Row[] }
  soak: Measured & { calls: number; points: SoakPoint[] }
  scale: Measured & Record<'servers' | 'sessions' | 'replicas', ScalePoint[]>
}

async function kept<Name extends keyof Results>(name: Name): Promise<Results[Name] | undefined> {
  const file = new URL(`${name}.json`, results)
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : undefined
}

const where = ({ measured, node, processors, model }: Measured) =>
  `Measured on ${measured}, Node.js ${node.slice(1)}, ${processors} processors (${model.trim()}).`

/** The rows of the last benchmark that was kept. */
export async function benchTable(): Promise<string> {
  const bench = await kept('bench')
  if (!bench) return 'No results are kept yet: `npm run bench -- --save`.'
  const cell = (text: string) => text.replaceAll('|', '\\|') || '-'
  const rows = bench.rows.map(
    ({ what, ours, against, goal }) => `| ${[what, ours, against, goal].map(cell).join(' | ')} |`,
  )
  return [where(bench), '', '| What | Ours | Against | Goal |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

export async function soakText(): Promise<string> {
  const soak = await kept('soak')
  if (!soak) return 'No results are kept yet: `npm run soak`.'
  const [first, last] = [soak.points[0] as SoakPoint, soak.points.at(-1) as SoakPoint]
  const heap = (point: SoakPoint) => point.heap.map((one) => `${one} MB`).join(' and ')
  return `${where(soak)} ${soak.calls.toLocaleString('en')} calls, none answered wrongly. Heap of the two replicas: ${heap(first)} after ${first.second} seconds, ${heap(last)} at the end.

![Heap, handles and latency over ten minutes](soak.svg)`
}

export async function scaleText(): Promise<string> {
  const scale = await kept('scale')
  if (!scale) return 'No results are kept yet: `npm run scale`.'
  return `${where(scale)}

![CPU of a call by servers, by people who are signed in, and by replicas](scale.svg)`
}

/** Write the pictures of what is kept. */
export async function writeCharts(): Promise<void> {
  const soak = await kept('soak')
  if (soak) await writeFile(new URL('soak.svg', pages), soakChart(soak))
  const scale = await kept('scale')
  if (scale) await writeFile(new URL('scale.svg', pages), scaleChart(scale))
}

function soakChart({ points }: Results['soak']): string {
  const line = (name: string, value: (point: SoakPoint) => number | undefined) => ({
    name,
    points: points.map((point) => [point.second, value(point) ?? 0] as const),
  })
  const replicas = [0, 1]
  const x = 'seconds'
  return lineCharts('Ten minutes of load: memory, handles and latency stay level', [
    {
      title: 'Heap after a collection',
      x,
      y: 'MB',
      lines: replicas.map((one) => line(`replica ${one + 1}`, ({ heap }) => heap[one])),
    },
    {
      title: 'Handles',
      x,
      y: 'open',
      lines: replicas.map((one) => line(`replica ${one + 1}`, ({ handles }) => handles[one])),
    },
    {
      title: 'Latency of a call',
      x,
      y: 'ms',
      lines: [line('median', ({ p50 }) => p50), line('95 of 100', ({ p95 }) => p95)],
    },
  ])
}

function scaleChart({ servers, sessions, replicas }: Results['scale']): string {
  const lines = (points: ScalePoint[]) =>
    Object.keys(points[0] ?? {})
      .filter((name) => name !== 'size' && name !== 'heap')
      .map((name) => ({ name, points: points.map((point) => [point.size, point[name] ?? 0] as const) }))
  const y = 'ms of CPU'
  return lineCharts('What a call costs as the account, the people and the replicas grow', [
    {
      title: 'Servers of the account',
      x: 'servers, with two apps each',
      y,
      lines: lines(servers),
      isLogarithmic: true,
    },
    {
      title: 'People who are signed in',
      x: 'sessions on one Redis',
      y,
      lines: lines(sessions),
      isLogarithmic: true,
    },
    { title: 'Replicas', x: 'replicas on one Redis, all together', y, lines: lines(replicas) },
  ])
}
