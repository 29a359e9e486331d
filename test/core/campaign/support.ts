/** Campaigns on a sandbox, and what its own list of changes says of them. */
import type { CloudwaysOptions, Plan } from 'cloudways-tools'
import type { Sandbox, SandboxOptions } from 'cloudways-tools/sandbox'
import { expect } from 'vitest'
import type { CampaignReport } from '../../../src/core/types/campaign.ts'
import type { ListStorage } from '../../../src/types.ts'
import { setUp } from '../../support/toolkit.ts'

type Kit = ReturnType<typeof setUp>
export type Report = CampaignReport & { next?: string }

/** A change that differs from app to app in nothing but the app, and that an app of the sandbox has not made yet. */
export const purge = { tool: 'manage_app_varnish', arguments: { action: 'purge' } }
/** An edit: its state tells whether it was made. */
export const block = (address = '198.51.100.77') => ({
  tool: 'update_whitelisted_ips',
  arguments: { tab: 'sftp', add: [address] },
})

/** A toolkit whose person says yes to everything, with the plans that this person was shown. */
export function setUpCampaigns(options: CloudwaysOptions = {}, settings: SandboxOptions = {}) {
  const plans: Plan[] = []
  const kit = setUp(
    {
      preset: 'all',
      backupHours: 0,
      confirm: 'write',
      onConfirm: (plan) => {
        plans.push(plan)
        return { approved: true, typed: plan.needs.type_name ?? undefined }
      },
      ...options,
    },
    settings,
  )
  return { ...kit, plans, ...callsOf(kit.cloudways) }
}

export function callsOf(cloudways: Kit['cloudways']) {
  const call = (tool: string, input: object) =>
    cloudways.call(tool as 'ping', input as never) as unknown as Promise<Report>
  return {
    call,
    run: (input: object) => call('run_campaign', input),
    get: (campaign_id: string) => call('get_campaign', { campaign_id }),
  }
}

/** The ids of the apps that the sandbox saw a change of, one for each request. */
export const changedApps = ({ mutations }: Sandbox): string[] =>
  mutations.map(({ body, path }) => String((body as { app_id?: unknown } | null)?.app_id ?? path))

/** Every id of an app of the sandbox. */
export const appsOf = ({ state }: Sandbox): string[] => state.apps.map(({ id }) => String(id))

/** A storage whose process dies at the n-th write, before or after it is made. 0: it lives. */
export function dying(inner: ListStorage, nth: number, onWrite = () => {}): ListStorage {
  let [writes, isDead] = [0, false]
  const write = async <T>(make: () => Promise<T>): Promise<T> => {
    if (isDead) throw new Error('This process has died.')
    writes += 1
    onWrite()
    if (writes !== nth) return make()
    isDead = true
    if (nth % 2 === 0) await make()
    throw new Error('This process has died.')
  }
  const read = <T>(make: () => Promise<T>) =>
    isDead ? Promise.reject(new Error('This process has died.')) : make()
  return {
    ...inner,
    get: (key) => read(() => inner.get(key)),
    set: (...given) => write(() => inner.set(...given)),
    delete: (key) => write(() => inner.delete(key)),
    take: (key) => write(() => inner.take(key)) as never,
    increment: (...given) => write(() => inner.increment(...given)),
    append: (...given) => write(() => inner.append(...given)),
    range: (...given) => read(() => inner.range(...given)) as never,
    lock: (key, options, work) => write(() => inner.lock(key, options, work)),
  }
}

/** Where a process dies: after its n-th write to the storage, or after its n-th request. */
export interface Point {
  after: 'write' | 'request'
  nth: number
}

/** The first, the second and so on, of so many. */
export const eachOf = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

/** All places where a process can die that made so many writes and requests. */
export const pointsOf = (counts: Record<Point['after'], number>): Point[] =>
  (['write', 'request'] as const).flatMap((after) => eachOf(counts[after]).map((nth) => ({ after, nth })))

/** What is known of a campaign of twenty targets after its end: by its report, the journal, the audit and the sandbox. */
interface Known {
  report: Report
  changes: readonly { app_id: string }[]
  /** The apps that the audit announced before they were changed. */
  announced: readonly string[]
  sandbox: Sandbox
}

/** Whatever died on the way: no target was changed twice, and everybody tells the same of it. */
export function expectEachOnce({ report, changes, announced, sandbox }: Known): void {
  const { targets, counts } = report
  const apps = appsOf(sandbox)
  const sent = changedApps(sandbox).sort()
  // No target twice, and none that was not in the approved list.
  expect(sent).toEqual([...new Set(sent)])
  expect(sent.filter((app) => !apps.includes(app))).toEqual([])
  // Every target was told of, and what is told as done was done.
  expect(targets).toHaveLength(20)
  const named = (state: string) =>
    targets.filter((row) => row.state === state).map(({ app }) => /\((\d+)\)$/.exec(String(app))?.[1])
  expect(named('done').filter((app) => !sent.includes(String(app)))).toEqual([])
  expect(named('unknown').length).toBeLessThanOrEqual(1)
  expect(targets.filter(({ state }) => state !== 'done' && state !== 'unknown')).toEqual([])
  expect((counts.done ?? 0) + (counts.unknown ?? 0)).toBe(20)
  // The journal has one entry of each change, and the audit knows of it.
  const noted = changes.map(({ app_id }) => app_id).sort()
  expect(noted).toEqual([...new Set(noted)])
  expect(sent.filter((app) => !noted.includes(app))).toEqual([])
  expect(sent.filter((app) => !announced.includes(app))).toEqual([])
}
