/** A line chart as SVG, for light and dark pages. @module */

export interface Line {
  name: string
  /** x and y of each point, in order. */
  points: readonly (readonly [number, number])[]
}

export interface Chart {
  title: string
  lines: readonly Line[]
  /** What stands below the axis and beside it. */
  x: string
  y: string
  /** Whether each step of the x axis is ten times the one before. */
  isLogarithmic?: boolean
}

const width = 720
const height = 250
const frame = { left: 60, right: 180, top: 40, bottom: 44 }
const inner = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom }

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })
const place = (value: number) => Math.round(value * 10) / 10
const escaped = (text: string) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`)

/** A round number that is at least `value`: 1, 2 or 5 times a power of ten. */
export function ceiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value || 1))
  return ([1, 2, 5, 10].find((step) => step * power >= value * 0.999) ?? 10) * power
}

function draw({ title, lines, x, y, isLogarithmic }: Chart, top: number): string {
  const scaled = (value: number) => (isLogarithmic ? Math.log10(value) : value)
  const all = lines.flatMap(({ points }) => points)
  const most = ceiling(Math.max(...all.map(([, value]) => value)))
  const xs = all.map(([value]) => scaled(value))
  const [first, last] = [Math.min(...xs), Math.max(...xs)]
  const across = (value: number) =>
    place(frame.left + ((scaled(value) - first) / (last - first || 1)) * inner.width)
  const down = (value: number) => place(top + frame.top + (1 - value / most) * inner.height)
  const steps = [0, most / 2, most].map(
    (value) =>
      `<path class="grid" d="M${frame.left} ${down(value)}h${inner.width}"/><text class="says" x="${frame.left - 8}" y="${down(value) + 4}" text-anchor="end">${number.format(value)}</text>`,
  )
  const values = [...new Set(all.map(([value]) => value))].sort((a, b) => a - b)
  const ticks = (values.length <= 8 ? values : [values[0] as number, values.at(-1) as number]).map(
    (value) =>
      `<text class="says" x="${across(value)}" y="${top + height - 26}" text-anchor="middle">${number.format(value)}</text>`,
  )
  const drawn = lines.map(({ name, points }, index) => {
    const path = points.map(([a, b], step) => `${step === 0 ? 'M' : 'L'}${across(a)} ${down(b)}`).join('')
    const dots =
      points.length <= 8
        ? points
            .map(([a, b]) => `<circle class="dot c${index}" cx="${across(a)}" cy="${down(b)}" r="3"/>`)
            .join('')
        : ''
    const key = top + frame.top + 6 + index * 20
    const left = width - frame.right + 16
    return `<path class="line c${index}" d="${path}"/>${dots}<path class="line c${index}" d="M${left} ${key}h18"/><text class="says" x="${left + 24}" y="${key + 4}">${escaped(name)}</text>`
  })
  return [
    `<text class="name" x="${frame.left}" y="${top + 22}">${escaped(title)}</text>`,
    `<text class="says" x="${width - frame.right}" y="${top + 22}" text-anchor="end">${escaped(y)}</text>`,
    `<text class="says" x="${frame.left + inner.width / 2}" y="${top + height - 8}" text-anchor="middle">${escaped(x)}</text>`,
    ...steps,
    ...ticks,
    ...drawn,
  ].join('\n  ')
}

const style = `
    text { font: 12px system-ui, sans-serif }
    .name { fill: #16202e; font-size: 14px; font-weight: 600 }
    .says { fill: #4a5a70 }
    .grid { stroke: #d5dce6; fill: none }
    .line { fill: none; stroke-width: 2 }
    .line.c0 { stroke: #2f6fd0 } .dot.c0 { fill: #2f6fd0 }
    .line.c1 { stroke: #b7791f } .dot.c1 { fill: #b7791f }
    .line.c2 { stroke: #2d8a57 } .dot.c2 { fill: #2d8a57 }
    .line.c3 { stroke: #a03d8a } .dot.c3 { fill: #a03d8a }
    @media (prefers-color-scheme: dark) {
      .name { fill: #f0f4fa }
      .says { fill: #b4c2d4 }
      .grid { stroke: #3a4656 }
    }`

/** The charts below each other, as one picture. @param about what they show, for whoever can't see them. */
export function lineCharts(about: string, charts: readonly Chart[]): string {
  const drawn = charts.map((chart, index) => draw(chart, index * height)).join('\n  ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${charts.length * height}" role="img" aria-label="${escaped(about)}">
  <style>${style}
  </style>
  ${drawn}
</svg>
`
}
