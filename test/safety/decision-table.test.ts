/** Every row of the table in decisions/, through every door: the same rule decides, whoever calls. */
import type { Cloudways, CloudwaysError, CloudwaysOptions } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { share } from '../support/deep.ts'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { approvals } from './decisions/approvals.ts'
import { control } from './decisions/control.ts'
import type { Row } from './decisions/row.ts'
import { second } from './decisions/second.ts'
import { targets } from './decisions/targets.ts'
import { until } from './decisions/until.ts'
import { visible } from './decisions/visible.ts'
import { doors, type Outcome } from './doors.ts'

/** Count how often a person is asked. */
function counted(onConfirm: CloudwaysOptions['onConfirm']) {
  const count = { asked: 0 }
  const counting: CloudwaysOptions['onConfirm'] = (plan, about) => {
    count.asked++
    return onConfirm?.(plan, about) as boolean
  }
  return { count, onConfirm: onConfirm && counting }
}

/** The platform refuses a change on another server for the role of the token: from then on the role is known. */
const learnRole = (cloudways: Cloudways) =>
  cloudways.call('restart_server', { server_id: 70024 }).catch(() => {})

async function play({ options: { onConfirm, ...options } = {}, token, call }: Row, door: string) {
  const person = counted(onConfirm)
  const { cloudways, sandbox, events } = setUp(
    { ...options, onConfirm: person.onConfirm },
    {},
    ({ credentials }) => ({
      credentials: { accessToken: token ? credentials.readToken : credentials.accessToken },
    }),
  )
  if (token === 'known') await learnRole(cloudways)
  events.length = 0
  person.count.asked = 0
  const [tool, input] = call
  const outcome = await doors[door]?.(cloudways, tool, input)
  const told = events.at(-1)
  const sent = sandbox.mutations.length
  const { asked } = person.count
  // A tool that is absent behind its door was not called. The toolkit can still be asked for it by name.
  const error = outcome === 'ok' ? undefined : await failure(cloudways.call(tool as 'ping', input))
  const event = outcome === 'absent' ? events.at(-1) : told
  return {
    outcome,
    risk: event?.risk,
    played: {
      result: { code: event?.code ?? (error as CloudwaysError | undefined)?.code ?? 'ok', rule: event?.rule },
      isRefused: event?.outcome !== 'ok',
      sent,
      asked,
      violations: sandbox.violations,
    },
  }
}

/** What the caller at a door may see of the row. */
function outcomesOf({ result: { code, rule }, call: [tool] }: Row): Outcome[] {
  if (code === 'ok') return ['ok']
  // A tool is listed until the role is known. The functions were made before, and refuse.
  if (rule === 'role') return ['absent', 'refused']
  // The preview itself is there or absent, whatever hides the tool that it previews.
  if (tool === 'preview_change') return ['absent', 'refused']
  const hides = ['read-only', 'excluded', 'not selected'].includes(String(rule))
  // Projects can't be bounded by servers and apps: a scope hides the list of them.
  const hiddenByScope = rule === 'scope' && tool === 'list_projects'
  return hides || hiddenByScope ? ['absent'] : ['refused']
}

const table = { ...visible, ...targets, ...control, ...until, ...second, ...approvals }

describe.each(Object.entries(table).map(([name, row], index) => [name, row, index] as const))(
  '%s',
  (_, row, index) => {
    it.each(share(Object.keys(doors), 3, index))('is decided as the table says, through %s', async (door) => {
      const { outcome, risk, played } = await play(row, door)
      const passes = row.result.code === 'ok'
      expect(played).toEqual({
        result: row.result,
        isRefused: !passes,
        sent: row.sent ?? (passes ? 1 : 0),
        asked: row.asked ?? 0,
        violations: [],
      })
      if (row.risk) expect(risk).toBe(row.risk)
      expect(outcomesOf(row)).toContain(outcome)
    })
  },
)

it('no two rows of the table have the same name', () => {
  const names = [visible, targets, control, until, second, approvals].flatMap((rows) => Object.keys(rows))
  expect(new Set(names).size).toBe(names.length)
})
