import { type Answer, type Call, invalid, ok } from '../call.ts'
import { durations, targetsOf } from './lists.ts'

/** Seconds that a graph covers, and seconds between two points. */
const spans: Record<string, { span: number; step: number }> = {
  '1 Hour': { span: 3600, step: 300 },
  '12 Hours': { span: 43_200, step: 300 },
  '1 Day': { span: 86_400, step: 600 },
  '7 Days': { span: 604_800, step: 3600 },
  '1 Month': { span: 2_592_000, step: 14_400 },
}

/** A level of each target in its own unit: percent, GB, bytes, Mbps, or a count. */
const levels: Record<string, number> = {
  'Free Disk': 36,
  'Free Disk (DB)': 18,
  'Reads per second': 4,
  'Writes per second': 11,
  'Free memory': 812_000_000,
  'Incoming network traffic': 1.4,
  'Outgoing network traffic': 6.2,
  'Monthly Bandwidth': 42,
  'Varnish Nuked': 0,
  'Auto-healing Restarts': 0,
  'MySQL Connections': 5,
}

/** Points are [value, unix time]. A value is missing within the series, and the last one of a live series. */
function series(call: Call, target: string, { span, step }: { span: number; step: number }) {
  const every = target.startsWith('Free Disk') ? Math.max(step, 1800) : step
  const count = Math.max(2, Math.floor(span / every))
  const last = Math.floor(call.now / 1000 / every) * every
  const level = call.server.levels[target] ?? levels[target] ?? 80
  return Array.from({ length: count }, (_, index) => {
    const missing = index === count - 1 || (count > 12 && index === 7)
    const value = Math.round(level * (1 + (index % 7) / 100) * 100) / 100
    return [missing ? null : value, last - (count - 1 - index) * every]
  })
}

/** A monitoring graph. It is answered at once: the task is the rare form. */
export function graph(call: Call): Answer {
  const [target, duration] = [call.text('target'), call.text('duration')]
  if (!targetsOf(call.server.cloud).includes(target)) {
    return invalid('target', 'exists', `There is no target ${target}.`)
  }
  const span = durations.includes(duration) ? spans[duration] : undefined
  if (!span) return invalid('duration', 'exists', `There is no duration ${duration}.`)
  const svg = call.text('output_format') === 'svg'
  const content = svg
    ? '<svg xmlns="http://www.w3.org/2000/svg"/>'
    : JSON.stringify([{ datapoints: series(call, target, span), target }])
  if (call.version === 'v1') return ok({ contents: content })
  if (call.forms.graph !== 'task') return ok({ [call.forms.graph]: content })
  // The result of the task is JSON in a text, and in it the graph is JSON in a text again.
  const task = call.start({ type: 'monitor_detail', parameters: () => ({ content }) })
  return ok({ status: true, task_id: task.id })
}
