/** Prints how well the search over the tools finds them: `npm run eval:search`, with `-- --misses` what the tuning half misses. */
import { found, place, recall, type Task, tasksOf } from './recall.ts'

const halves = { tune: tasksOf('tune'), held: tasksOf('held') }

function row(what: string, tasks: readonly Task[]) {
  const places = tasks.map(place)
  const share = (k: number) => `${(100 * recall(places, k)).toFixed(1)} %`
  return { tasks: what, count: tasks.length, 'recall@1': share(1), 'recall@5': share(5) }
}

const rows = Object.entries(halves).flatMap(([half, tasks]) => [
  row(half, tasks),
  ...(['lang', 'kind'] as const).flatMap((by) =>
    [...new Set(tasks.map((task) => task[by]))].map((value) =>
      row(
        `${half}, ${value}`,
        tasks.filter((task) => task[by] === value),
      ),
    ),
  ),
])
console.table(rows)

if (process.argv.includes('--misses')) {
  for (const task of halves.tune) {
    const at = place(task)
    if (at === 0) continue
    console.log(
      `${at < 0 ? '-' : at + 1}  ${task.task}\n   ${task.tools.join(', ')}\n   < ${found(task.task).slice(0, 5).join(', ')}`,
    )
  }
}
