/** Which rules decide about a change, and whether all that it touches may be changed at a time. @module */
import { readable } from '../../../base/text.ts'
import { matchesWildcard } from '../../../base/wildcard.ts'
import type { Target } from '../../types/call.ts'
import { isOpen, nextOpen } from './clock.ts'
import type { When, WindowRule } from './types.ts'

interface Named {
  id: string
  label: string
}

/** What a change touches: one server or app, with what an entry may name it by, the nearest first. */
export interface Thing {
  /** `undefined`: nothing of the account has a name here. */
  name?: string
  named: readonly Named[]
}

/** An app counts as named where its server is. A change of a server touches all its apps. */
export function thingsOf({ server, app, affected, otherServers = [] }: Target): Thing[] {
  const apps = affected.map((one) => thing('app', [one, ...(server ? [server] : [])]))
  const servers = [...(server && !app ? [server] : []), ...otherServers].map((one) => thing('server', [one]))
  const all = [...servers, ...apps]
  return all.length > 0 ? all : [{ named: [] }]
}

const thing = (kind: string, named: readonly [Named, ...Named[]]): Thing => ({
  name: `${kind} ${named[0].id}`,
  named,
})

/** How exactly an entry names a row: an id or a whole label above every pattern, a long pattern above a short one. */
function exactness(entry: string, { id, label }: Named): number {
  const pattern = readable(entry).toLowerCase()
  const name = readable(label).toLowerCase()
  if (!pattern.includes('*')) return pattern === id || pattern === name ? Number.POSITIVE_INFINITY : -1
  const fits = matchesWildcard(pattern, name) || matchesWildcard(pattern, id)
  return fits ? pattern.replaceAll('*', '').length : -1
}

/** The windows that decide about one thing: those of the rules that name it most exactly, or those that name nothing. */
export function windowsOf(rules: readonly WindowRule[], { named }: Thing): When[] {
  const ranked = rules.flatMap(({ targets, when }) =>
    named.flatMap((row, far) =>
      targets.map((entry) => ({ when, far, exact: exactness(entry, row) })).filter(({ exact }) => exact >= 0),
    ),
  )
  const [best] = ranked.toSorted((one, other) => order(other.exact, one.exact) || one.far - other.far)
  const deciding = best
    ? ranked.filter(({ exact, far }) => exact === best.exact && far === best.far)
    : rules.filter(({ targets }) => targets.length === 0)
  return deciding.length === 0 ? [{ kind: 'always' }] : deciding.map(({ when }) => when)
}

/** Infinity minus itself is no number. */
const order = (one: number, other: number) => (one === other ? 0 : one - other)

/** Windows of one thing are alternatives, but `never` is not opened by another one. */
const opens = (windows: readonly When[], at: number): number | undefined => {
  if (windows.some(({ kind }) => kind === 'never')) return undefined
  const times = windows.map((when) => nextOpen(when, at)).filter((time) => time !== undefined)
  return times.length > 0 ? Math.min(...times) : undefined
}

const isOpenAt = (windows: readonly When[], at: number) =>
  windows.every(({ kind }) => kind !== 'never') && windows.some((when) => isOpen(when, at))

export interface Closed {
  /** The first thing that is closed. */
  thing: Thing
  windows: readonly When[]
  /** When all is open, in milliseconds since 1970; `undefined`: never, or not within a year. */
  opensAt: number | undefined
}

/** Windows of a few things may hardly ever be open at the same time. */
const mostSteps = 1000
const year = 366 * 86_400_000

/** @returns `undefined` when all that is touched may be changed at this time. */
export function closedAt(
  rules: readonly WindowRule[],
  things: readonly Thing[],
  at: number,
): Closed | undefined {
  const all = things.map((one) => ({ thing: one, windows: windowsOf(rules, one) }))
  const closed = all.find(({ windows }) => !isOpenAt(windows, at))
  return closed && { ...closed, opensAt: nextOfAll(all, at) }
}

function nextOfAll(all: readonly { windows: readonly When[] }[], from: number): number | undefined {
  let at = from
  for (let steps = 0; steps < mostSteps && at - from < year; steps++) {
    const times = all.map(({ windows }) => opens(windows, at))
    if (times.some((time) => time === undefined)) return undefined
    const latest = Math.max(...(times as number[]))
    if (latest === at) return at
    at = latest
  }
  return undefined
}
