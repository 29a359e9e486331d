/** Time passes while the operator's gate is asked, and meanwhile somebody else changes the server. */
import type { CloudwaysOptions } from 'cloudways-tools'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { ids, sent } from './support.ts'

const restart = { server_id: 70011 }
const domain = { ...ids, cname: 'new.example.com' }

/** A toolkit whose gate takes this many seconds; `meanwhile` happens in that time. */
function gated(seconds: number, options: CloudwaysOptions, meanwhile: (sandbox: Sandbox) => void = () => {}) {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  return setUp(options, {}, (sandbox) => ({
    beforeChange: () => {
      vi.setSystemTime(Date.now() + seconds * 1000)
      meanwhile(sandbox)
    },
  }))
}

const rename = ({ state }: Sandbox) => void Object.assign(state.servers[0] as object, { label: 'production' })
const moved = ({ state }: Sandbox) =>
  void Object.assign(state.apps[0] as object, { cname: 'moved.example.com' })
const yes: CloudwaysOptions = { onConfirm: () => true }
const twoStep: CloudwaysOptions = { confirmFallback: 'two-step' }

type Refused = Error & { code: string; details: { confirm: string; plan: { target: object } } }
const refusal = async (call: Promise<unknown>) => (await failure(call)) as Refused

describe('a change that a person said yes to', () => {
  it.each<[string, number, (sandbox: Sandbox) => void]>([
    ['the server has another name', 0, rename],
    ['the server has another name, after a while', 2, rename],
    ['an app on it has another domain', 0, moved],
  ])('is not made when, while the gate is asked, %s', async (_, seconds, meanwhile) => {
    const { cloudways, sandbox, events } = gated(seconds, yes, meanwhile)
    const error = await refusal(cloudways.call('restart_server', restart))
    expect(error).toMatchObject({ code: 'confirmation_required' })
    expect(error.message).toContain('has changed since it was looked at')
    expect(events.at(-1)).toMatchObject({ outcome: 'refused', rule: 'confirmation' })
    expect(sent(sandbox)).toEqual([])
  })

  it('is refused with the plan of what is there now', async () => {
    const { cloudways } = gated(0, yes, rename)
    const { details } = await refusal(cloudways.call('restart_server', restart))
    expect(details.plan.target).toMatchObject({ server: { label: 'production' } })
  })

  it('is not made when a token brought the yes and the gate took its time', async () => {
    const { cloudways, sandbox } = gated(2, twoStep, rename)
    const { details } = await refusal(cloudways.call('restart_server', restart))
    const error = await refusal(
      cloudways.call('restart_server', { ...restart, confirm: details.confirm } as never),
    )
    expect(error.message).toContain('has changed since it was looked at')
    expect(sent(sandbox)).toEqual([])
  })

  it('is made when the gate took less than ten minutes', async () => {
    const { cloudways, sandbox } = gated(590, yes)
    expect(await cloudways.call('restart_server', restart)).toMatchObject({ state: 'completed' })
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })

  it('is refused when the gate took more than ten minutes', async () => {
    const { cloudways, sandbox } = gated(601, yes)
    const { message } = await refusal(cloudways.call('restart_server', restart))
    expect(message).toContain('more than 10 minutes have passed')
    expect(sent(sandbox)).toEqual([])
  })

  it.each([
    ['made', 590, ['/server/restart']],
    ['refused', 601, []],
  ])('is %s with the token of the yes when the gate took %i seconds', async (_, seconds, paths) => {
    const { cloudways, sandbox } = gated(seconds, twoStep)
    const { confirm } = (await refusal(cloudways.call('restart_server', restart))).details
    await cloudways.call('restart_server', { ...restart, confirm } as never).catch(() => {})
    expect(sent(sandbox)).toEqual(paths)
  })
})

describe('a change that needs nobody', () => {
  it.each<[string, CloudwaysOptions]>([
    ['nobody is ever asked', { confirm: 'never' }],
    ['something else is protected', { confirm: 'never', protect: ['agency'] }],
  ])('has its whole time after a gate that took minutes (%s)', async (_, options) => {
    const { cloudways, sandbox } = gated(3600, options)
    expect(await cloudways.call('restart_server', restart)).toMatchObject({ state: 'completed' })
    expect(sent(sandbox)).toEqual(['/server/restart'])
  })

  it('is not made when, after the gate, the server has an app outside of the scope', async () => {
    const apps = ['90021', '90022', '90023']
    const { cloudways, sandbox } = gated(2, { confirm: 'never', apps }, ({ state }) => {
      state.apps.push({ ...structuredClone(state.apps[0]), id: '99001' } as never)
    })
    const error = await refusal(cloudways.call('restart_server', restart))
    expect(error).toMatchObject({ code: 'refused_by_policy', details: { rule: 'scope' } })
    expect(sent(sandbox)).toEqual([])
  })

  it('is not made when, after the gate, its server is protected', async () => {
    const { cloudways, sandbox } = gated(2, { confirm: 'never', protect: ['production'] }, rename)
    expect(await refusal(cloudways.call('restart_server', restart))).toMatchObject({
      code: 'confirmation_required',
    })
    expect(sent(sandbox)).toEqual([])
  })

  it.each<[string, number, CloudwaysOptions]>([
    ['at once', 0, { confirm: 'never' }],
    ['after a while', 2, { confirm: 'never' }],
    ['after a while, with something else protected', 2, { confirm: 'never', protect: ['agency'] }],
  ])('has the undo of what was there when it was made: the gate answers %s', async (_, seconds, options) => {
    const { cloudways } = gated(seconds, options, moved)
    expect(await cloudways.call('update_app_cname', domain)).toMatchObject({
      undo: { tool: 'update_app_cname', input: { cname: 'moved.example.com' } },
    })
  })
})
