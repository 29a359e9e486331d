/** After a yes the state is read anew: nothing that was asked for before the yes decides. */
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it } from 'vitest'
import { leave } from '../../src/core/decide/yes.ts'
import type { PendingPlan } from '../../src/core/types/plan.ts'
import { setUp } from '../support/toolkit.ts'
import { failure, gate } from '../support/upstream.ts'
import { sent } from './support.ts'

/**
 * A toolkit on which the next answer of a path can be held back. The answer tells of the time when it was asked for,
 * whatever changes before it is released.
 */
function holding(options: Parameters<typeof setUp>[0] = {}) {
  let next: { path: string; arrived: () => void; released: Promise<void> } | undefined
  const kit = setUp(options, {}, (sandbox) => ({
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const response = await sandbox.fetch(request)
      const held = next
      if (held && request.method === 'GET' && new URL(request.url).pathname.endsWith(held.path)) {
        next = undefined
        held.arrived()
        await held.released
      }
      return response
    },
  }))
  const hold = (path: string) => {
    const [arrival, release] = [gate(), gate()]
    next = { path, arrived: arrival.open, released: release.opened }
    return { arrived: arrival.opened, release: release.open }
  }
  const rename = () => Object.assign(kit.sandbox.state.servers[0] as object, { label: 'renamed' })
  const restart = () => kit.cloudways.call('restart_server', { server_id: 70011 })
  return { ...kit, hold, rename, restart }
}

type Kit = ReturnType<typeof holding>

/** Reads of the list of servers that somebody else began. */
const others: [string, (kit: Kit) => Promise<unknown>][] = [
  ['a read', ({ cloudways }) => cloudways.call('list_servers', {})],
  ['a preview', ({ cloudways }) => cloudways.plan('restart_server', { server_id: 70011 })],
  ['another change', ({ cloudways }) => failure(cloudways.call('stop_server', { server_id: 70011 }))],
]

describe('a read that was under way when the person said yes', () => {
  it.each(others)('is not reused, when it is that of %s', async (_, other) => {
    let answer: () => Promise<boolean> = async () => true
    const kit = holding({
      onConfirm: ({ tool }) => (tool === 'restart_server' ? answer() : false),
    })
    let free = () => {}
    let elsewhere: Promise<unknown> = Promise.resolve()
    answer = async () => {
      const { arrived, release } = kit.hold('/server')
      free = release
      elsewhere = other(kit)
      await arrived
      // What the read under way will answer is older than this, and the person does not know of it.
      kit.rename()
      return true
    }
    const error = (await failure(kit.restart())) as Error
    free()
    await elsewhere
    expect(error.message).toContain('has changed since it was looked at')
    expect(sent(kit.sandbox)).toEqual([])
  })

  it('is not reused when the yes was left on a page while this call read', async () => {
    const storage = memoryStorage()
    const pages: PendingPlan[] = []
    const openPage = async (pending: PendingPlan) => {
      pages.push(pending)
      return 'https://example.com/approve'
    }
    const kit = holding({ storage, openPage })
    await failure(kit.restart())
    // The model is early: its call reads the state, then the person says yes.
    const { arrived, release } = kit.hold('/server')
    const early = failure(kit.restart())
    await arrived
    kit.rename()
    await leave(storage, pages[0] as PendingPlan, { approved: true })
    release()
    expect(((await early) as Error).message).toContain('has changed since it was looked at')
    expect(sent(kit.sandbox)).toEqual([])
  })
})
