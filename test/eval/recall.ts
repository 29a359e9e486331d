/** How well the search over the tools finds the tool for a task: two halves of tasks, one to tune on, one held out. */
import { readFileSync } from 'node:fs'
import { searchTools } from '../../src/tools/search.ts'
import { setUp } from '../support/toolkit.ts'

export interface Task {
  task: string
  lang: string
  kind: string
  /** Each of them is right. */
  tools: string[]
}

export const tasksOf = (half: 'tune' | 'held'): Task[] =>
  JSON.parse(readFileSync(new URL(`tasks-${half}.json`, import.meta.url), 'utf8'))

const { cloudways } = setUp({ preset: 'search' })
const list = cloudways.adapter.reached()

/** The names that a task finds, the best first. */
export const found = (task: string): string[] => searchTools(task, list).map(({ name }) => name)

/** At which place the first right tool stands, from 0; -1 when none is found. */
export const place = ({ task, tools }: Task): number => found(task).findIndex((name) => tools.includes(name))

/** The share of tasks that have a right tool among the first `k` of their places. */
export const recall = (places: readonly number[], k: number): number =>
  places.filter((at) => at >= 0 && at < k).length / places.length
