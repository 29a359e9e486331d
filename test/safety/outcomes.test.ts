/** The outcome in the audit: whether a change may have happened. */
import type { CloudwaysOptions } from 'cloudways-tools'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { around, ids, isChange, sent } from './support.ts'

const restart = ['restart_server', { server_id: 70011 }] as const
/** A restore looks for a recent backup first. That look starts a job on the server. */
const restore = ['restore_app', { ...ids, time: '2026-08-05T23:19:06' }] as const
const clear = ['clear_app_cache', ids] as const

const withBackup = ({ state }: Sandbox) => {
  const at = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19)
  Object.assign(state.apps[0] as object, { restore_points: [at, '2026-08-05T23:19:06'] })
}

/** A call that `more` aborts at some point. */
async function given(
  [tool, input]: typeof restart | typeof restore | typeof clear,
  more: (abort: () => true, sandbox: Sandbox) => CloudwaysOptions,
  settings = {},
) {
  const controller = new AbortController()
  const abort = () => {
    controller.abort(new Error('enough'))
    return true as const
  }
  const kit = setUp({ confirm: 'never' }, settings, (sandbox) => {
    withBackup(sandbox)
    return more(abort, sandbox)
  })
  const error = await failure(
    kit.cloudways.call(tool as 'clear_app_cache', input as never, { signal: controller.signal }),
  )
  return { ...kit, error, outcomes: kit.events.map(({ outcome }) => outcome) }
}

describe.each([
  ['a restart', restart],
  ['a restore', restore],
  ['a cleared cache', clear],
] as const)('%s that is given up', (_, call) => {
  it.each<[string, (abort: () => true, sandbox: Sandbox) => CloudwaysOptions]>([
    ['while the person is asked', (abort) => ({ confirm: 'write', onConfirm: abort })],
    ['while the gate is asked', (abort) => ({ beforeChange: () => void abort() })],
    [
      'while the person reads',
      (abort) => ({ confirm: 'write', onConfirm: async () => abort() && new Promise<never>(() => {}) }),
    ],
    [
      'while it looks',
      (abort, sandbox) => ({
        confirm: 'write',
        fetch: around(sandbox, { after: (request) => void (isChange(request) || abort()) }),
      }),
    ],
  ])('is cancelled when it is aborted %s', async (_, more) => {
    const { error, outcomes, sandbox } = await given(call, more)
    expect(error).toMatchObject({ message: 'enough' })
    expect(sent(sandbox)).toEqual([])
    expect(outcomes).toEqual(['cancelled'])
  })

  it('may have been made when it is aborted after it was sent', async () => {
    const { outcomes, sandbox } = await given(call, (abort, sandbox) => ({
      fetch: around(sandbox, { after: (request) => void (isChange(request) && abort()) }),
    }))
    expect(sent(sandbox)).toHaveLength(1)
    expect(outcomes).toEqual(['unknown'])
  })
})

it('a change that is given up while its operation runs may have been made', async () => {
  const { outcomes, sandbox } = await given(
    restart,
    (abort, sandbox) => ({
      fetch: around(sandbox, { after: ({ url }) => void (url.includes('/operation/') && abort()) }),
    }),
    { operationSeconds: 60 },
  )
  expect(sent(sandbox)).toHaveLength(1)
  expect(outcomes).toEqual(['unknown'])
})

describe('a mistake of the host before anything was sent', () => {
  const answers: [string, unknown][] = [
    ['a number', { approved: true, typed: 5 }],
    ['an object', { approved: true, typed: {} }],
    ['a list', { approved: true, typed: ['shop'] }],
    ['null', { approved: true, typed: null }],
    [
      'something that breaks when it is read',
      {
        approved: true,
        get typed() {
          throw new TypeError('canary')
        },
      },
    ],
  ]

  describe.each([
    ['a restart', restart],
    ['a restore', restore],
  ] as const)('%s', (_, [tool, input]) => {
    it.each(answers)('is refused or failed, never unknown: what was typed is %s', async (_, answer) => {
      const { cloudways, sandbox, events } = setUp(
        { protect: ['shop'], onConfirm: () => answer as never },
        {},
        (sandbox) => {
          withBackup(sandbox)
          return {}
        },
      )
      const error = (await failure(cloudways.call(tool as 'clear_app_cache', input as never))) as {
        code: string
        details: { outcome?: string }
      }
      expect(error.code).toMatch(/^(confirmation_required|upstream_failed)$/)
      expect(error.details.outcome).not.toBe('unknown')
      expect(events.map(({ outcome }) => outcome)).not.toContain('unknown')
      expect(events).toHaveLength(1)
      expect(sent(sandbox)).toEqual([])
    })
  })
})
