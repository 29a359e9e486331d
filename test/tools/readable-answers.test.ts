/**
 * Every answer of every tool on the sandbox can be read without a guess: times in ISO 8601 and the assumed zone told
 * once, switches as words, tables as rows with named columns, apps by their labels, units in names.
 */
import { describe, expect, it } from 'vitest'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { share } from '../support/deep.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { own, rows } from './all.ts'
import { callOnce } from './samples/index.ts'

interface Leaf {
  path: string
  name: string
  value: unknown
}

/** Every value in an answer, lists of values among them. */
function leavesOf(value: unknown, path: string[] = []): Leaf[] {
  const name = path.findLast((part) => !/^\d+$/.test(part)) ?? ''
  if (typeof value !== 'object' || value === null) return [{ path: path.join('.'), name, value }]
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]))
}

/** Every list in an answer. */
function listsOf(value: unknown, path = ''): { path: string; list: unknown[] }[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.entries(value).flatMap(([key, item]) => listsOf(item, `${path}.${key}`))
  return Array.isArray(value) ? [{ path, list: value }, ...inside] : inside
}

/** A call of the tool, and what the platform answered to it. */
async function answerOf(tool: AnyTool, which: 'all' | 'required') {
  const bodies: string[] = []
  const { cloudways, sandbox } = setUp(unguarded, {}, (sandbox) => ({
    fetch: async (url, init) => {
      const response = await sandbox.fetch(url as string, init)
      bodies.push(await response.clone().text())
      return response
    },
  }))
  const answer = (await callOnce(cloudways, tool, which)) as Record<string, unknown>
  return { answer, upstream: bodies.join('\n'), sandbox }
}

/** The plan is shown as it is sent: what stands in it is the platform's own form. */
const isPlan = ({ name }: AnyTool) => name === 'preview_change'

const zoneless = /\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?![\d:.]|Z|[+-]\d\d:?\d\d)/
const zone = /UTC.*assumed|assumed.*UTC/

/** Of these the platform documents no unit, and the answer says so beside them. */
const withoutUnit = /^(?:cpu|memory|value|query_usage|price)$/
/** Numbers that count, or are told with their unit beside them. */
const counted =
  /^(?:total|count|queries|procs|tries|limit|remaining|read|checked|same|compared|servers|apps|https|staging|disabled|projects|team|keep|app_count|hour|auto_renewal_off|next_offset|retry_after|milliseconds|backup_retention|snapshot_frequency|not_measured|latest|min|max|mean|mean_first_half|mean_second_half|last_day|day_before|[2345]xx)$/
/** The same of Cloudflare, the security suite and safe updates. */
const countedAtTheEdge =
  /^(?:bandwidth|minutes|request_limit|last_page|infected_(?:files|database)|(?:plugins|themes)_(?:selected|updated|waiting))$/
const unit =
  /(?:_mb|_percent|_seconds|_hours|_mbps|_per_second|_items|_restarts|_connections|^seconds|minutes_left)$/

describe.each(['required', 'all'] as const)('with %s arguments', (which) => {
  it.each(share(rows(own), 2, which === 'all' ? 1 : 0))('the answer of %s can be read', async (_, tool) => {
    const { answer, upstream, sandbox } = await answerOf(tool, which)
    const leaves = leavesOf(answer)

    const times = leaves.filter(({ value }) => typeof value === 'string' && zoneless.test(value))
    if (!isPlan(tool)) expect(times, 'a time without a zone').toEqual([])
    const seconds = leaves.filter(({ value }) => typeof value === 'number' && value > 1e9 && value < 2e10)
    expect(seconds, 'a time in Unix seconds').toEqual([])

    const assumed = leaves.some(
      ({ value }) =>
        typeof value === 'string' &&
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.000)?Z$/.test(value) &&
        [value.slice(0, 19), value.slice(0, 19).replace('T', ' ')].some((text) => upstream.includes(text)),
    )
    const told = leaves.filter(({ value }) => typeof value === 'string' && zone.test(value))
    if (!isPlan(tool))
      expect(told.length, `times: the zone is told ${told.length} times`).toBe(assumed ? 1 : 0)

    const switches = leaves.filter(
      ({ name, value }) =>
        ['0', '1'].includes(String(value)) && !/(?:^|_)id$|^(?:channel|events?)$/.test(name),
    )
    const numbers = (leaf: Leaf) =>
      typeof leaf.value === 'number' &&
      [counted, countedAtTheEdge, unit, withoutUnit].some((names) => names.test(leaf.name))
    expect(
      switches.filter((leaf) => !numbers(leaf) && !isOurs(tool, leaf)),
      '0 or 1 in place of a word',
    ).toEqual([])

    const unnamed = leaves.filter(
      ({ name, value }) =>
        typeof value === 'number' &&
        !counted.test(name) &&
        !countedAtTheEdge.test(name) &&
        !unit.test(name) &&
        !withoutUnit.test(name),
    )
    expect(
      unnamed.filter((leaf) => !isOurs(tool, leaf)),
      'a number without a unit in its name',
    ).toEqual([])

    const nested = listsOf(answer).filter(({ list }) => list.some(Array.isArray))
    expect(nested, 'a table whose columns have no names').toEqual([])
    const users = sandbox.state.apps.map(({ sys_user }) => sys_user)
    const inPlaceOfLabels = leaves.filter(
      ({ name, value }) => users.includes(String(value)) && !/user$|^app_prefix$|^mysql_db_name$/.test(name),
    )
    expect(inPlaceOfLabels, 'a system user in place of a label').toEqual([])
  })
})

/** Figures whose names say what they are only with what they stand in. */
function isOurs(tool: AnyTool, { path }: Leaf): boolean {
  if (isPlan(tool) || /^(?:undo|next_steps)\b/.test(path)) return true
  return (
    // Counts by a word, a map of words to counts; sizes whose columns nobody names, as the answer says.
    /\bby_\w+\.|^counts\.|\bsizes_mb\.\d+$|\bevidence\.\w+$/.test(path) ||
    // What the platform offers: the keys and values are its own.
    tool.toolset === 'catalog' ||
    // Settings of PHP and MySQL have the units of their programs.
    (tool.name === 'get_server_settings' && path.startsWith('settings.')) ||
    (tool.name === 'update_server_settings' && /^(?:before|after)\./.test(path))
  )
}
