import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { sent } from './support.ts'

const odd: [string, unknown][] = [
  ['an object', {}],
  ['an object without a prototype', Object.create(null)],
  ['an object that names a token', { token: 'x', approved: true }],
  [
    'an object that cannot be text',
    {
      toString() {
        throw new Error('canary')
      },
    },
  ],
  ['a list', []],
  ['a list of lists', [[['x']]]],
  ['a list of what has no text', [Object.create(null)]],
  ['a number', 5],
  ['not a number', Number.NaN],
  ['true', true],
  ['false', false],
  ['a symbol', Symbol('x')],
  ['a big number', 5n],
  ['a function', () => 'x'],
  ['a blank', ' '],
  ['a very long text', 'x'.repeat(100_000)],
]

describe.each([
  ['confirmed', {}],
  ['protected', { protect: ['shop'] }],
])('the argument confirm of a change that is %s', (_, policy) => {
  it.each(odd)('is refused, or at least is not a yes, when it is %s', async (_, confirm) => {
    const { cloudways, sandbox, events } = setUp({ confirmFallback: 'two-step', ...policy })
    const error = (await failure(
      cloudways.call('restart_server', { server_id: 70011, confirm } as never),
    )) as Error & { code: string }
    expect(error.code).toMatch(/^(invalid_input|confirmation_required)$/)
    expect(error.message).not.toContain('inside the toolkit')
    expect(error.message.length).toBeLessThan(1000)
    expect(events).toMatchObject([{ outcome: expect.stringMatching(/^(refused|waiting|failed)$/) }])
    expect(sent(sandbox)).toEqual([])
  })
})
