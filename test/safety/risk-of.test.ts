import { type Before, type CloudwaysOptions, type Risk, type RunContext, server } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { sent } from './support.ts'

const rename = { method: 'PUT', path: '/server/70011', body: { label: 'x' } }

function own(riskOf: unknown, options: CloudwaysOptions = {}, more: object = {}) {
  const declaration = {
    risk: 'disruptive',
    input: { server_id: server() },
    request: () => rename,
    riskOf,
    ...more,
  }
  return setUpTool(declaration, options)
}

const planned = async ({ cloudways }: ReturnType<typeof own>) =>
  (await cloudways.plan('my_tool' as never, { server_id: 70011 } as never)) as { risk: Risk; needs: object }

describe('the risk of one call', () => {
  it('is lower where the tool says so: nobody is asked, and plan and audit tell it', async () => {
    const kit = own(() => 'write')
    expect(await planned(kit)).toMatchObject({ risk: 'write', needs: { confirmation: false } })
    await kit.call({ server_id: 70011 })
    expect(sent(kit.sandbox)).toEqual(['/server/70011'])
    expect(kit.events.at(-1)).toMatchObject({ risk: 'write', rule: 'default', outcome: 'ok' })
  })

  it('goes by the arguments and by what is there', async () => {
    const told: unknown[] = []
    const kit = own(
      (input: object, before: Before) => {
        told.push(input, before.server?.id, before.now)
        return 'write'
      },
      {},
      { effects: { impact: 'It changes.', undo: null, now: async () => ({ label: 'before' }) } },
    )
    await planned(kit)
    expect(told).toEqual([{ server_id: '70011' }, '70011', { label: 'before' }])
  })

  it.each<[string, unknown, Risk]>([
    ['a higher one is the declared one', () => 'destructive', 'disruptive'],
    ['read is write: it does change something', () => 'read', 'write'],
    ['an unknown word is the declared one', () => 'harmless', 'disruptive'],
    ['a failure is the declared one', () => JSON.parse('{'), 'disruptive'],
  ])('%s', async (_, riskOf, risk) => {
    expect(await planned(own(riskOf))).toMatchObject({ risk })
  })

  it('stays the declared one when the state could not be read', async () => {
    const now = async (_: unknown, { send }: RunContext) => send({ method: 'GET', path: '/service' })
    const kit = own(() => 'write', {}, { effects: { impact: 'It changes.', undo: null, now } })
    kit.sandbox.fail({ method: 'GET', path: '/service', status: 403, times: Number.POSITIVE_INFINITY })
    expect(await planned(kit)).toMatchObject({ risk: 'disruptive', needs: { confirmation: true } })
    expect(await failure(kit.call({ server_id: 70011 }))).toMatchObject({ code: 'confirmation_required' })
    expect(sent(kit.sandbox)).toEqual([])
  })

  it('is told to the audit where nobody is asked either', async () => {
    const kit = own(() => 'write', { confirm: 'never' })
    await kit.call({ server_id: 70011 })
    expect(kit.events.at(-1)).toMatchObject({ risk: 'write', rule: 'never', outcome: 'ok' })
  })

  it('does not get past protection', async () => {
    const kit = own(() => 'write', { protect: ['70011'] })
    expect(await planned(kit)).toMatchObject({ risk: 'disruptive', needs: { confirmation: true } })
    expect(await failure(kit.call({ server_id: 70011 }))).toMatchObject({ code: 'confirmation_required' })
    expect(sent(kit.sandbox)).toEqual([])
  })

  it('that can raise the bill asks like a disruptive change, whatever its word', async () => {
    const effects = { impact: 'The server grows.', undo: null, cost: 'A larger server costs more.' }
    const grow = (options: CloudwaysOptions = {}) =>
      own(undefined, options, { risk: 'write', riskOf: undefined, effects })
    const kit = grow()
    expect(await planned(kit)).toMatchObject({ risk: 'write', needs: { confirmation: true } })
    const error = await failure(kit.call({ server_id: 70011 }))
    expect(error).toMatchObject({ code: 'confirmation_required' })
    expect(error).toMatchObject({ message: expect.stringContaining('can raise the bill') })
    expect(sent(kit.sandbox)).toEqual([])
    const listed = kit.cloudways.list().find(({ name }) => (name as string) === 'my_tool')
    expect(listed?.annotations).toMatchObject({ destructiveHint: true })
    for (const confirm of ['destructive', 'never'] as const) {
      const asksLess = grow({ confirm })
      await asksLess.call({ server_id: 70011 })
      expect(sent(asksLess.sandbox)).toEqual(['/server/70011'])
    }
  })

  it('does not let a read-only toolkit or a lower threshold see less than the declared risk', async () => {
    const kit = own(() => 'write', { readOnly: true })
    expect(await failure(kit.call({ server_id: 70011 }))).toMatchObject({ rule: 'read-only' })
    const asking = own(() => 'write', { confirm: 'write' })
    expect(await failure(asking.call({ server_id: 70011 }))).toMatchObject({ code: 'confirmation_required' })
  })
})
