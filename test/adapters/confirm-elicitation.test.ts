import type { ElicitResult } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { until } from '../cli/run.ts'
import { gate } from '../support/upstream.ts'
import { type clientWithPerson, type guarded, openSession, saying, servers, yes } from './confirm-clients.ts'

type Answer = Parameters<typeof clientWithPerson>[0]

/** Put the clock forward. Timers run on. */
function later(seconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000, shouldAdvanceTime: true })
}

/** An answer that comes late enough for a person to have read the question. */
function afterReading<Answered>(answer: Answered): Answered {
  later(1)
  return answer
}

afterEach(() => {
  vi.useRealTimers()
})

describe.each(servers)('a person behind a 2025 client (%s)', (_, serverOf) => {
  const session = (answer: Answer, options: Parameters<typeof guarded>[0] = {}) =>
    openSession(serverOf, answer, options)

  it('is asked in sentences, and a yes goes through', async () => {
    const { asked, sandbox, restart } = await session(() => {
      expect(sandbox.mutations).toEqual([])
      return yes
    })
    const result = await restart()
    expect(result.structuredContent).toMatchObject({ state: 'completed' })
    expect(sandbox.mutations.map(({ path }) => path)).toEqual(['/server/restart'])
    expect(asked).toHaveLength(1)
    expect(asked[0]?.message.split('\n')).toEqual([
      'Restart server? Every app on the server is offline for a minute or two.',
      'Server: "shop" (70011)',
      'Felt by "store" at "www.example.com", "store-staging" at "wordpress-70011-90022.cloudwaysapps.com", "blog" at "blog.example.com"',
      'Offline: a minute or two',
      'Undo: it cannot be undone',
    ])
    expect(asked[0]?.requestedSchema).toEqual({
      type: 'object',
      properties: { approve: { type: 'boolean', title: 'Yes: Restart server' } },
      required: ['approve'],
    })
  })

  it.each([
    ['declines', { action: 'decline' }],
    ['sends the form without a tick', { action: 'accept', content: { approve: false } }],
    ['sends a word for no tick', { action: 'accept', content: { approve: ' No ' } }],
  ] as const)('who %s said no', async (_, answer) => {
    const { sandbox, restart } = await session(() => afterReading(answer))
    const result = await restart()
    expect(result.isError).toBe(true)
    expect(saying(result)).toContain('the person did not say yes. Nothing was changed.')
    expect(sandbox.mutations).toEqual([])
  })

  it.each(['true', ' Yes '])('who sends the word %s for a tick said yes', async (approve) => {
    const { restart } = await session(() => ({ action: 'accept', content: { approve } }))
    expect((await restart()).structuredContent).toMatchObject({ state: 'completed' })
  })

  it.each<[string, object | undefined, object]>([
    ['an empty form', {}, {}],
    ['no form', undefined, {}],
    ['another word', { approve: 'ok, why not' }, {}],
    ['a number', { approve: 1 }, {}],
    ['a name nobody asked for', { name: 'shop' }, {}],
    ['a tick for a name', { approve: true }, { protect: ['shop'] }],
    ['a number for a name', { name: 5 }, { protect: ['shop'] }],
  ])('who accepts with %s is told of the page, and it is no refusal', async (_, content, more) => {
    const answers = [{ action: 'accept', content }, { action: 'decline' }]
    const openPage = async () => 'https://example.com/approve'
    const answer = () => afterReading(answers.shift()) as never
    const { sandbox, restart } = await session(answer, { openPage, ...more })
    const said = saying(await restart())
    expect(said).toContain('neither a yes nor a no that can be read. Give the person this link')
    expect(said).not.toContain('did not say yes')
    // The same call asks again.
    expect(saying(await restart())).toContain('the person did not say yes')
    expect(sandbox.mutations).toEqual([])
  })

  it('who closes the question has not answered', async () => {
    const { sandbox, restart } = await session(() => afterReading({ action: 'cancel' }))
    const result = await restart()
    expect(result.isError).toBe(true)
    expect(saying(result)).toBe(
      'restart_server: the person closed the question without an answer. Nothing was changed. Ask them whether you should go on; the same call asks again.',
    )
    expect(sandbox.mutations).toEqual([])
  })

  it.each<[string, Answer]>([
    ['fails to ask', () => Promise.reject(new Error('no window'))],
    ['closes the question at once', () => ({ action: 'cancel' })],
    ['declines at once', () => ({ action: 'decline' })],
    ['fills in a no at once', () => ({ action: 'accept', content: { approve: false } })],
    ['sends something else at once', () => ({ action: 'later' }) as never],
  ])('is not taken for asked when the client %s: the page stands in', async (_, answer) => {
    const openPage = async () => 'https://example.com/approve'
    for (const options of [{}, { openPage }]) {
      const { sandbox, restart } = await session(answer, options)
      const result = await restart()
      const way = 'openPage' in options ? 'https://example.com/approve' : 'Nobody can be asked here.'
      expect(saying(result)).toContain(way)
      expect(saying(result)).not.toMatch(/no window|did not say yes/)
      // Nobody has said no, so the same call may ask again.
      expect(saying(await restart())).toContain(way)
      expect(sandbox.mutations).toEqual([])
    }
  })

  it('who said no to a plan is not asked about it again, and about another one is', async () => {
    const answers: ElicitResult[] = [{ action: 'decline' }, yes, { action: 'decline' }]
    const answer = () => afterReading(answers.shift() as ElicitResult)
    const { asked, client, sandbox, restart } = await session(answer)
    expect(saying(await restart())).toContain('did not say yes')
    expect(saying(await restart())).toContain('said no to exactly this within the last ten minutes')
    expect(asked).toHaveLength(1)
    expect(sandbox.mutations).toEqual([])
    const other = { name: 'restart_server', arguments: { server_id: '70024' } }
    expect(await client.callTool(other)).toMatchObject({ structuredContent: expect.anything() })
    later(601)
    expect(saying(await restart())).toContain('did not say yes')
    expect(asked).toHaveLength(3)
  })

  it('is not asked through the client where the page is the only way', async () => {
    const openPage = async () => 'https://example.com/approve'
    const { asked, sandbox, restart } = await session(() => yes, { openPage, confirmBy: 'page' })
    expect(saying(await restart())).toContain('https://example.com/approve')
    expect(asked).toEqual([])
    expect(sandbox.mutations).toEqual([])
  })

  it('types the name of what is protected', async () => {
    const typed = ['shop', ' shop ', 'Shop', 'yes', '', true] as const
    const names = [...typed]
    const answer: Answer = () => ({
      action: 'accept',
      content: { approve: true, name: names.shift() as string },
    })
    const { asked, sandbox, restart } = await session(answer, { protect: ['shop'] })
    const passed: boolean[] = []
    for (const _ of typed) passed.push((await restart()).isError !== true)
    expect(passed).toEqual([true, true, false, false, false, false])
    expect(sandbox.mutations).toHaveLength(2)
    expect(asked[0]?.requestedSchema).toEqual({
      type: 'object',
      properties: { name: { type: 'string', title: 'Type the name "shop" to go on' } },
      required: ['name'],
    })
    expect(asked[0]?.message).toContain('"shop" is protected: to go on, type this name.')
  })

  it('is not asked after the client has gone', async () => {
    const outcomes: string[] = []
    const { open, opened: asked } = gate()
    const never = new Promise<never>(() => {})
    const { client, sandbox, restart } = await session(
      () => {
        open()
        return never
      },
      { onAudit: ({ outcome }) => outcomes.push(outcome) },
    )
    const failed = expect(restart()).rejects.toThrow()
    await asked
    await client.close()
    await failed
    await until(() => outcomes.length === 1)
    expect(outcomes).toEqual(['cancelled'])
    expect(sandbox.mutations).toEqual([])
  })
})
