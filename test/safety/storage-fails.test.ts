import { type CloudwaysOptions, UpstreamError } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { around, breakable, clone, ids, isChange, sent } from './support.ts'

/** The ways in which storage drivers fail. */
const failures: [string, () => Promise<never>][] = [
  ['rejects', () => Promise.reject(new Error('the disk is gone'))],
  [
    'throws',
    () => {
      throw new Error('the disk is gone')
    },
  ],
  [
    'says that it failed',
    () =>
      Promise.reject(
        new UpstreamError('Redis is unreachable.', 'The operator: start Redis.', {
          service: 'storage',
          outcome: 'failed',
        }),
      ),
  ],
]

const everything = ['get', 'set', 'delete', 'take', 'lock'] as const

const scopes: [string, CloudwaysOptions][] = [
  ['without a scope', {}],
  ['under a scope of a server', { servers: ['shop'] }],
  ['under a scope of apps', { apps: ['store', 'blog'] }],
]

describe.each(failures)('a storage that %s', (_, fail) => {
  /** A toolkit whose storage breaks when the platform has answered a change. */
  function breakingAfter(methods: readonly (typeof everything)[number][], options: CloudwaysOptions) {
    const { storage, breaks } = breakable(fail)
    const kit = setUp({ storage, confirm: 'never', waitSeconds: 0.1, ...options }, {}, (sandbox) => ({
      fetch: around(sandbox, { after: (request) => isChange(request) && breaks(...methods) }),
    }))
    return { ...kit, breaks }
  }

  /** What the caller and the audit are told. */
  const outcomeOf = async (call: Promise<unknown>) =>
    call.then(
      () => 'ok',
      (error) => error.details.outcome,
    )

  describe.each(scopes)('%s', (_, options) => {
    it.each([
      ['in set', ['set']],
      ['as a whole', everything],
    ] as const)('after a clone was sent, %s: it is not failed, and is not sent twice', async (_, methods) => {
      const { cloudways, sandbox, events, breaks } = breakingAfter(methods, options)
      expect(['ok', 'unknown']).toContain(await outcomeOf(cloudways.call('clone_app', clone)))
      expect(['ok', 'unknown']).toContain(events.at(-1)?.outcome)
      expect(sent(sandbox)).toEqual(['/app/clone'])
      // While the storage is broken, and after it was fixed.
      await cloudways.call('clone_app', clone).catch(() => {})
      breaks()
      await cloudways.call('clone_app', clone).catch(() => {})
      expect(sent(sandbox)).toEqual(['/app/clone'])
    })

    it.each(['get', 'set', 'lock'] as const)('before a clone, in %s: nothing is sent', async (method) => {
      const { storage, breaks } = breakable(fail)
      breaks(method)
      const { cloudways, sandbox, events } = setUp({ storage, confirm: 'never', ...options })
      expect(await failure(cloudways.call('clone_app', clone))).toMatchObject({ code: 'upstream_failed' })
      expect(events.map(({ outcome }) => outcome)).toEqual(['failed'])
      expect(sent(sandbox)).toEqual([])
    })
  })

  it.each(scopes)(
    'once the clone was sent, when it lets go of its lock, %s: it is not sent twice',
    async (_, options) => {
      const storage = memoryStorage()
      const { lock } = storage
      storage.lock = async (key, settings, work) => {
        await lock(key, settings, work)
        return fail()
      }
      const { cloudways, sandbox, events } = setUp({ storage, confirm: 'never', ...options })
      expect(['ok', 'unknown']).toContain(await outcomeOf(cloudways.call('clone_app', clone)))
      expect(['ok', 'unknown']).toContain(events.at(-1)?.outcome)
      await cloudways.call('clone_app', clone).catch(() => {})
      storage.lock = lock
      await cloudways.call('clone_app', clone).catch(() => {})
      expect(sent(sandbox)).toEqual(['/app/clone'])
    },
  )

  it.each([
    ['restart_server', { server_id: 70011 }, { servers: ['shop'] }],
    ['backup_app', ids, { servers: ['shop'] }],
    ['backup_app', ids, { apps: ['store'] }],
  ] as const)('after %s was sent, under a scope: the change is not failed', async (tool, input, scope) => {
    const options = scope as unknown as CloudwaysOptions
    const { cloudways, sandbox, events } = breakingAfter(everything, options)
    expect(['ok', 'unknown']).toContain(await outcomeOf(cloudways.call(tool, input as typeof ids)))
    expect(['ok', 'unknown']).toContain(events.at(-1)?.outcome)
    expect(sent(sandbox)).toHaveLength(1)
  })
})
