/** Where alerts go: the address of a webhook reaches nobody, and a change keeps what it does not name. */
import { describe, expect, it } from 'vitest'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

const everything = { ...unguarded, preset: 'all' } as const
const webhook = { integration_id: '32' }

function ready(options: object = everything) {
  const kit = setUp(options)
  const [mail, chat] = kit.sandbox.state.integrations
  if (!mail || !chat) throw new Error('the sandbox has no integrations')
  return { ...kit, mail, chat, url: String(chat.config.url) }
}

describe('the address of a webhook', () => {
  it('is in no answer and in no plan, and is sent again', async () => {
    const { cloudways, sandbox, chat, url } = ready()
    const told = [
      await cloudways.call('list_alert_integrations', {}),
      await cloudways.call('list_alert_channels', {}),
      await cloudways.plan('update_alert_integration', { ...webhook, name: 'Team' }),
      await cloudways.plan('delete_alert_integration', webhook),
      await cloudways.call('update_alert_integration', { ...webhook, name: 'Team' }),
      await cloudways.call('list_changes', {}),
    ]
    for (const one of told) {
      const text = JSON.stringify(one)
      expect(text).not.toContain(url)
      for (const secret of sandbox.secrets) expect(text).not.toContain(secret)
    }
    expect(JSON.stringify(told[0])).toContain('hooks.example.com')
    expect(chat).toMatchObject({ name: 'Team', config: { url } })
  })

  it('that a call brings is in neither, and its host is', async () => {
    const { cloudways } = ready()
    const url = 'https://chat.example.org/in/9f8e7d6c5b4a'
    const created = { name: 'On call', channel: 3, events: [1], url }
    const plan = await cloudways.plan('create_alert_integration', created)
    expect(plan.impact).toContain('chat.example.org')
    const told = [
      plan,
      await cloudways.call('create_alert_integration', created),
      await cloudways.plan('update_alert_integration', { ...webhook, url }),
      await cloudways.call('update_alert_integration', { ...webhook, url }),
      await cloudways.call('list_changes', {}),
    ]
    for (const one of told) expect(JSON.stringify(one)).not.toContain('9f8e7d6c5b4a')
    expect(told[3]).not.toHaveProperty('undo')
  })
})

describe('an integration that is changed', () => {
  it('keeps the events that somebody else added', async () => {
    const { cloudways, mail } = ready()
    mail.events = [1, 2, 7]
    const input = { integration_id: 31, remove_events: [2], add_events: [5] }
    const changed = await cloudways.call('update_alert_integration', input)
    expect(mail.events).toEqual([1, 7, 5])
    expect(changed).toMatchObject({
      before: { events: ['1', '2', '7'], is_active: true, to: 'ops@example.com' },
      after: { events: ['1', '7', '5'], is_active: true, to: 'ops@example.com' },
      undo: { input: { integration_id: '31', remove_events: ['5'], add_events: ['2'] } },
    })
  })

  it.each([
    ['another channel without a target', { channel: 3 }, /needs its own to or url/],
    [
      'an event that comes and goes',
      { add_events: [2], remove_events: [2] },
      /in add_events and in remove_events/,
    ],
    ['no event at all', { remove_events: [1, 2] }, /would tell of no event/],
  ])('is not sent with %s', async (_, given, problem) => {
    const { cloudways, sandbox } = ready()
    const error = await failure(cloudways.call('update_alert_integration', { integration_id: 31, ...given }))
    expect(error).toMatchObject({ code: 'invalid_input' })
    expect(String(error)).toMatch(problem)
    expect(sandbox.mutations).toEqual([])
  })

  it('is not sent when its events are not told', async () => {
    const { cloudways, sandbox } = ready()
    const set = { 'integrations[0].events': null }
    sandbox.fail({ operation: 'cloudways_bot_integrations_list', set, times: Number.POSITIVE_INFINITY })
    const error = await failure(
      cloudways.call('update_alert_integration', { integration_id: 31, name: 'Team' }),
    )
    expect(String(error)).toContain('does not tell events')
    expect(sandbox.mutations).toEqual([])
  })
})

it('an integration without a target is refused before anything is sent', async () => {
  const { cloudways, sandbox } = ready()
  const created = { name: 'On call', channel: 2, events: [1] }
  expect(String(await failure(cloudways.call('create_alert_integration', created)))).toContain(
    'to or url is needed',
  )
  expect(sandbox.mutations).toEqual([])
})

describe('alerts', () => {
  it.each([[{}], [{ alert_ids: ['4434'], all: true }]])('are not marked as read with %j', async (input) => {
    const { cloudways, sandbox } = ready()
    const error = await failure(cloudways.call('mark_alerts_read', input as never))
    expect(String(error)).toContain('alert_ids, or all')
    expect(sandbox.mutations).toEqual([])
  })

  it('are marked each, and one that is not there is told', async () => {
    const { cloudways, sandbox } = ready()
    const marked = await cloudways.call('mark_alerts_read', { alert_ids: [4434, 999, 4433, 4434] })
    expect(marked).toEqual({ marked: ['4434', '4433'], failed: { 999: 'There is no such alert.' } })
    expect(sandbox.mutations).toHaveLength(2)
    const gone = await failure(cloudways.call('mark_alerts_read', { alert_ids: [999] }))
    expect(gone).toMatchObject({ code: 'upstream_failed', outcome: 'failed' })
  })

  it('are all marked when that is said', async () => {
    const { cloudways, sandbox } = ready()
    expect(await cloudways.call('mark_alerts_read', { all: true })).toEqual({ marked: 'all' })
    expect(sandbox.state.alerts.every(({ is_read }) => is_read)).toBe(true)
  })
})
