/** A single odd value in an answer of the platform costs its own field, never the answer. */
import { type Cloudways, CloudwaysError, createCloudways } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { otherServers } from '../../src/core/decide/targets.ts'
import type { AnyTool } from '../../src/core/types/tool.ts'
import { deep, share } from '../support/deep.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { token } from '../support/upstream.ts'
import { own, rows } from './all.ts'
import { at, inside, leavesOf, oddValues, placesOf, withValue } from './odd-values.ts'
import { callerOf, type Input, prepare } from './samples/index.ts'

interface Recorded {
  key: string
  body: unknown
}

const keyOf = (url: string, init?: RequestInit) => `${init?.method ?? 'GET'} ${url.split('/api/v2')[1]}`

/** Call a tool on the sandbox, and keep what the sandbox answered. */
async function record(tool: AnyTool) {
  const seen: Recorded[] = []
  // A copy to another server needs one.
  const servers = 1 + otherServers(tool).length
  const { cloudways } = setUp(unguarded, { servers }, (sandbox) => ({
    fetch: async (url, init) => {
      const response = await sandbox.fetch(url as string, init)
      const text = await response.clone().text()
      seen.push({ key: keyOf(String(url), init), body: text === '' ? undefined : JSON.parse(text) })
      return response
    },
  }))
  const call = callerOf(cloudways)
  const input = await prepare(call, tool)
  seen.length = 0
  await call(tool.name, input)
  return { seen, input }
}

/** A platform that answers what was recorded. */
function replayed(seen: Recorded[]): Cloudways {
  const fetch = async (url: unknown, init?: RequestInit) => {
    const body = seen.findLast(({ key }) => key === keyOf(String(url), init))?.body
    const headers = { 'content-type': 'application/json' }
    return new Response(body === undefined ? null : JSON.stringify(body), { headers })
  }
  return createCloudways({
    ...unguarded,
    credentials: { accessToken: token },
    fetch: fetch as typeof globalThis.fetch,
    rateLimit: null,
    pollSeconds: 0.001,
    // Some of the odd values say that the operation is still running.
    waitSeconds: 0.01,
    timeout: 1,
  })
}

const envelope = new Set([
  'status',
  'message',
  'error',
  'operation_id',
  'task_id',
  'operation',
  'is_completed',
])

/** Without these there is no answer: the body itself, what holds all of it, the target of the call, the operation. */
function isVital({ toolset }: AnyTool, { key, body }: Recorded, path: (string | number)[]): boolean {
  const place = path.join('.')
  const last = String(path.at(-1))
  return (
    // An app of which nobody knows the project may be in this one: the next change would take it out.
    (toolset === 'projects' && (last === 'project_id' || /^projects\.\d+(\.(id|name))?$/.test(place))) ||
    (toolset === 'team' && /^contents\.members\.\w+(\.(id|name|email))?$/.test(place)) ||
    path.length < 2 ||
    isOnlyRow(body, path) ||
    envelope.has(last) ||
    /^(operation|contents)\.\w+$|^data\.domains$/.test(place) ||
    /^servers(\.\d+(\.id|\.apps(\.\d+(\.id)?)?)?)?$/.test(place) ||
    // One unreadable address makes an allow list unknown: the next change would drop the others.
    /^(data\.)?(ip_list|policy)\b/.test(place) ||
    // The operation of a new server stands in its row.
    /^server\.operations\b/.test(place) ||
    // What is none of these is refused.
    /^GET \/(?:regions|server_sizes|apps|packages|settings|backup-frequencies)$/.test(key) ||
    // The restore point is one of this list, so that an unreadable list refuses the restore.
    last === 'backup_dates' ||
    // A measurement names an app by its system user, in the rows of one table.
    /sys_user$|\.applications(\.body)?$|\.body\.\d+(\.0)?$/.test(place) ||
    (key.includes('/monitor/summary') && last === 'name')
  )
}

/** An edit writes back what it read: what it can't read would be lost. */
const isEdited = ({ name, edit }: AnyTool, { key }: Recorded, path: (string | number)[]) =>
  edit !== undefined &&
  (!/^GET \/server(?:\?|$)/.test(key) ||
    (name === 'update_app_aliases' && path.includes('aliases')) ||
    (name === 'update_server_backup_settings' && /backup/.test(String(path.at(-1)))))

/** What an app lacks is told by what it has. Without that, it is unknown, and told so. */
const isCompared = ({ toolset }: AnyTool, path: (string | number)[]) =>
  ['estate', 'ssl'].includes(toolset) && path.some((part) => part === 'lets_encrypt' || part === 'own_ssl')

/** A change finds what it is about in a list, by an id or a name. */
const isTarget = ({ risk }: AnyTool, path: (string | number)[]) =>
  risk !== 'read' &&
  /^(?:domains|records|integrations|queues_list)\.\d+(?:\.(?:uid|name|id|queue_id))?$/.test(path.join('.'))

/** Alerts about the same are one row: what one is about decides into which row it goes. */
const isFolded = ({ name }: AnyTool, path: (string | number)[]) =>
  ['get_alerts', 'account_health'].includes(name) &&
  path.includes('alerts') &&
  /^(server|app)_id$|^subject$/.test(String(path.at(-1)))

const waitsForJobs = [
  'restore_app',
  'backup_app',
  'backup_report',
  'diagnose_app',
  'wait_for_operation',
  'get_app_analytics_traffic',
  'get_app_analytics_php',
  'get_app_analytics_mysql',
]

/** A list whose only row can't be read is not an empty list. */
const isOnlyRow = (body: unknown, path: (string | number)[]) => {
  const list = inside(at(body, path.slice(0, -1)))
  return Array.isArray(list) && list.length === 1
}

/**
 * One odd value in each place, another one in the next place; all of them in a deep run. The places of the list that
 * most tools read are shared out among the tools, so that each value comes to each of these places in many tools.
 */
function oddAt(tool: AnyTool, key: string, index: number): unknown[] {
  const every = oddValues.length
  if (deep || /^(list|get)_(servers|apps)$/.test(tool.name)) return oddValues
  if (!/^GET \/server(\?|$)/.test(key)) return [oddValues[index % every]]
  const turn = index + own.indexOf(tool)
  return turn % every === 0 ? [oddValues[(turn / every) % every]] : []
}

async function outcomeOf(cloudways: Cloudways, tool: AnyTool, input: Input) {
  try {
    // The undo is made of what was there before, and is not offered when that can't be read.
    const { undo: _, ...answer } = (await callerOf(cloudways)(tool.name, structuredClone(input))) as Input
    return { answer }
  } catch (error) {
    return { error }
  }
}

describe('one odd value', () => {
  it.each(rows(own))(
    'costs %s its own field',
    async (_, tool) => {
      const { seen, input } = await record(tool)
      const { answer } = await outcomeOf(replayed(seen), tool, input)
      expect(answer).toBeDefined()
      const whole = leavesOf(answer)
      for (const recorded of new Map(seen.map((one) => [one.key, one])).values()) {
        const places = [...placesOf(recorded.body).entries()]
        for (const [index, path] of share(places, 8, own.indexOf(tool))) {
          // A job is a part of these reports: what can't be read of it costs that part, after half a minute of looks.
          if (waitsForJobs.includes(tool.name) && recorded.key.startsWith('GET /operation')) continue
          for (const odd of oddAt(tool, recorded.key, index)) {
            const body = withValue(recorded.body, path, odd)
            const where = `${recorded.key}: ${path.join('.') || 'the body'} is ${JSON.stringify(odd)}`
            const outcome = await outcomeOf(replayed([...seen, { key: recorded.key, body }]), tool, input)
            if (outcome.error) {
              expect(outcome.error, where).toBeInstanceOf(CloudwaysError)
              expect(String(outcome.error), where).not.toContain('inside the toolkit')
              const isNeeded =
                isVital(tool, recorded, path) || isEdited(tool, recorded, path) || isTarget(tool, path)
              expect(isNeeded, `${where}: ${outcome.error}`).toBe(true)
              continue
            }
            if (isVital(tool, recorded, path) || isCompared(tool, path) || isFolded(tool, path)) continue
            if (isEdited(tool, recorded, path) || isTarget(tool, path)) continue
            const gone = leavesOf(at(recorded.body, path))
            const there = leavesOf(body)
            const told = leavesOf(outcome.answer)
            // A switch in one place says nothing of that in another.
            const isSwitch = (leaf: string) => leaf === 'true' || leaf === 'false'
            // An app with a domain of its own is told by that, and not by its address on the platform.
            const isReplaced = (leaf: string) =>
              path.at(-1) === 'cname' && leaf.endsWith('.cloudwaysapps.com')
            const isLost = (leaf: string) => !told.has(leaf) && !isSwitch(leaf) && !isReplaced(leaf)
            const lost = [...whole].filter((leaf) => there.has(leaf) && !gone.has(leaf) && isLost(leaf))
            expect(lost, `${where} costs more than its own field`).toEqual([])
          }
        }
      }
    },
    60_000,
  )
})
