/** When no person can be asked, the refusal names the settings that would help with this call, and no others. */
import type { CloudwaysError, CloudwaysOptions } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

async function told(options: CloudwaysOptions, more = {}): Promise<string> {
  const { cloudways } = setUp(options)
  const error = await failure(cloudways.call('restart_server', { server_id: 70011 }, more))
  expect(error).toMatchObject({ code: 'confirmation_required' })
  return (error as CloudwaysError).next
}

const onConfirm = 'the option onConfirm'
const elicitation = 'an MCP client that can ask (elicitation)'
const twoStep = "confirmFallback: 'two-step' (CONFIRM_FALLBACK=two-step)"
const page = 'a page of the self-hosted server with its own sign-in, or of the server on stdio'
const never = "confirm: 'never' (CONFIRM=never)"
const protect = ['shop']
const openPage = async () => 'https://example.com/approve'

describe('the ways to a person', () => {
  it.each<[string, CloudwaysOptions, string[], string[]]>([
    ['without more', {}, [onConfirm, elicitation, page, twoStep, never], []],
    ['where it is protected', { protect }, [onConfirm, elicitation, page], [twoStep, never]],
    [
      'with refuse',
      { confirmFallback: 'refuse', openPage },
      [onConfirm, elicitation, page, twoStep, never],
      [],
    ],
    [
      'with two steps',
      { confirmFallback: 'two-step', protect },
      [onConfirm, elicitation, page],
      [twoStep, never],
    ],
  ])('are named as far as they would help: %s', async (_, options, named, others) => {
    const next = await told(options)
    expect(next).toMatch(/^Nobody can be asked here\. The operator can open a way, one of: /)
    for (const way of named) expect(next).toContain(way)
    for (const way of others) expect(next).not.toContain(way)
  })

  it('are one where the page is the only way', async () => {
    const next = await told({ confirmBy: 'page' }, { confirm: () => true })
    expect(next).toContain(`confirmBy: 'page' (CONFIRM_BY=page) leaves one way: ${page}`)
    for (const way of [onConfirm, elicitation, twoStep, never]) expect(next).not.toContain(way)
  })

  it.each<[string, CloudwaysOptions]>([
    ['a token', { confirmFallback: 'two-step' }],
    ['a page', { confirmFallback: 'page', openPage }],
    ['a page, by default', { openPage }],
  ])('are not listed where there is one: %s', async (_, options) => {
    expect(await told(options)).not.toContain('The operator can open a way')
  })
})
