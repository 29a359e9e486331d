/** The advice of a 404 goes by the kind of thing that the call named. */
import { type CloudwaysError, defineTools } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { kinds } from '../../src/core/platform.ts'
import type { ApiRequest } from '../../src/core/types/api.ts'
import { coreTools } from '../../src/tools/index.ts'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

const gone = { status: 404, body: { message: 'Not found' }, times: Number.POSITIVE_INFINITY }
const app = { server_id: '70011', app_id: '90021' }

async function adviceOf(name: string, input: object, options = {}): Promise<string> {
  const { cloudways, sandbox } = setUp({ ...unguarded, ...options })
  sandbox.fail(gone)
  return ((await failure(cloudways.call(name as 'ping', input))) as CloudwaysError).next
}

describe('nothing with these ids', () => {
  it('of an operation: its id comes with an answer, and is forgotten', async () => {
    const next = await adviceOf('get_operation', { operation_id: '58210045' })
    expect(next).toMatch(/comes with the answer of the call that started the work, and Cloudways forgets it/)
    expect(next).not.toContain('list_servers')
  })

  it.each<[string, object, string]>([
    ['get_server_disk_usage', { server_id: '70011' }, 'Take server_id from list_servers.'],
    [
      'get_app_settings',
      app,
      'Take server_id from list_servers, app_id from list_apps; an app belongs to one server.',
    ],
    ['get_alerts', { last_id: '5' }, 'Take alert_id from get_alerts.'],
    ['list_projects', {}, 'Do not repeat it unchanged.'],
  ])('of %s', async (name, input, advice) => {
    expect(await adviceOf(name, input)).toBe(advice)
  })

  it('names no tool that is not listed', async () => {
    const next = await adviceOf('get_app_settings', app, { excludeTools: ['list_servers'] })
    expect(next).toBe('Take server_id from the person, app_id from list_apps; an app belongs to one server.')
  })

  it.each(Object.entries(kinds))("of a %s, in a tool of one's own", async (_, kind) => {
    const request = (): ApiRequest => ({ method: 'GET', path: '/mine', query: { [kind.argument]: '7' } })
    const extraTools = defineTools('mine', {
      my_tool: {
        ...{ title: 'Mine', description: 'Reads a thing for the test.', risk: 'read', input: {} },
        ...{ output: z.looseObject({}), request },
      },
    } as never)
    const next = await adviceOf('my_tool', {}, { extraTools })
    const source = 'listedBy' in kind ? kind.listedBy : undefined
    if (source) expect(Object.keys(coreTools)).toContain(source)
    expect(next).toContain(source ?? (kind.argument === 'operation_id' ? 'operation_id' : 'the person'))
    if (source !== 'list_servers') expect(next).not.toContain('list_servers')
  })
})

it.each<[string, object]>([
  ['restart_server', { server_id: 'nothing like it' }],
  ['get_app_settings', { server_id: '70011', app_id: '?' }],
  ['get_app_settings', { app_id: '777' }],
  ['git_pull', { ...app, branch_name: '../up' }],
  ['restart_server', { server_id: '!' }],
  ['restart_server', { server_id: '' }],
])('an error of %s with %j points to listed tools alone', async (name, input) => {
  const wordsOf = async (options: object) => {
    const { cloudways } = setUp({ ...unguarded, ...options })
    const listed = cloudways.list().map((tool) => tool.name)
    const { message, next } = (await failure(cloudways.call(name as 'ping', input))) as CloudwaysError
    const named = Object.keys(coreTools).filter((tool) =>
      new RegExp(`\\b${tool}\\b`).test(`${message} ${next}`),
    )
    return { strays: named.filter((tool) => !listed.includes(tool)), next, message }
  }
  expect((await wordsOf({})).strays).toEqual([])
  const few = await wordsOf({ tools: [name] })
  expect(few.strays).toEqual([])
  expect(`${few.message} ${few.next}`).not.toMatch(/\.\.|;\.|^\W|\s\./)
  expect(few.next).not.toBe('')
})
