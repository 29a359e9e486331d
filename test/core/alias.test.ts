/** The names of the official Cloudways server lead to our tools. */
import { describe, expect, it } from 'vitest'
import { aliasNames } from '../../src/core/declare/called.ts'
import { setUp, setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { tools } from '../tools/all.ts'

const others = tools.flatMap((tool) => aliasNames(tool).map((alias) => [alias, tool.name] as const))

it.each(others)('a preview of %s is one of our %s', async (alias, name) => {
  const { cloudways, events } = setUp({ preset: 'all' })
  await cloudways.plan(alias as 'ping', {}).catch(() => {})
  expect(events.map(({ tool }) => tool)).toEqual([name])
})

describe('a call by the name of the official server', () => {
  it('is a call of our tool, under its rules', async () => {
    const { cloudways, sandbox, events } = setUp({ backupHours: 0 })
    const call = (name: string, input: object) => failure(cloudways.call(name as 'ping', input as never))
    expect(await call('server_restart', { server_id: 70011 })).toMatchObject({
      code: 'confirmation_required',
    })
    expect(events).toMatchObject([{ tool: 'restart_server', risk: 'disruptive' }])
    expect(sandbox.mutations).toEqual([])
  })

  it.each([
    ['excluded', { excludeTools: ['server_restart'] }] as const,
    ['read-only', { readOnly: true }] as const,
  ])('is refused as the tool is: %s', async (rule, options) => {
    const { cloudways } = setUp(options)
    const error = await failure(cloudways.call('server_restart' as 'ping', {}))
    expect(error).toMatchObject({ code: 'refused_by_policy', rule })
    expect(String(error)).toContain('restart_server cannot be called here')
  })

  it('brings its fixed argument', async () => {
    const { cloudways, sandbox } = setUp({ confirm: 'never' })
    const call = (input: object) => cloudways.call('service_stop' as 'ping', input as never)
    await call({ server_id: 70011, service: 'memcached' })
    expect(sandbox.mutations).toMatchObject([{ body: { service: 'memcached', state: 'stop' } }])
    expect(String(await failure(call({ server_id: 70011, service: 'memcached', state: 'start' })))).toContain(
      'service_stop is change_service_state with state: stop, and the call has another state.',
    )
    expect(sandbox.mutations).toHaveLength(1)
  })
})

describe('a name over time', () => {
  const kit = () =>
    setUpTool({
      risk: 'read',
      input: {},
      run: async () => ({}),
      aliases: [
        { name: 'my_old_tool', was: 'renamed' },
        { name: 'my_gone_tool', was: 'removed' },
      ],
    })
  const call = (name: string) => kit().cloudways.call(name as 'ping', {})

  it('that a tool had before still works, and the answer says so', async () => {
    expect(await call('my_old_tool')).toEqual({ renamed: 'my_old_tool is now called my_tool.' })
    expect(await call('my_tool')).toEqual({})
  })

  it('of a tool that is gone says what to use', async () => {
    expect(await failure(call('my_gone_tool'))).toMatchObject({
      message: 'The tool my_gone_tool is gone.',
      next: 'Nothing was sent. Use my_tool, with its own arguments.',
    })
  })
})
