import { createCloudways, defineTools, InputError, server } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import * as z3 from 'zod/v3'
import type { InputShape } from '../../src/core/types/tool.ts'
import { echoing, setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

/** Nothing listens at this address: wrong arguments are refused before anything is sent. */
const cloudways = createCloudways({
  apiUrl: 'http://127.0.0.1:9',
  credentials: { accessToken: 'cw_parse_token' },
})
const ids = { server_id: 1, app_id: 2 }
const key = '-----BEGIN PRIVATE KEY-----\ncanary-key\n-----END PRIVATE KEY-----'

it.each([
  [
    'an unknown argument with the nearest one',
    'restart_server',
    { server: 1, server_id: 1 },
    'restart_server: server: no such argument; did you mean server_id?',
  ],
  [
    'a misspelt argument',
    'restart_server',
    { sever_id: 1 },
    'restart_server: server_id: required. sever_id: no such argument; did you mean server_id?',
  ],
  [
    'an argument of a tool that takes none',
    'ping',
    { host: 'x' },
    'ping: host: no such argument; this tool takes none.',
  ],
  [
    'an argument that is like no other',
    'restart_server',
    { force: true, server_id: 1 },
    'restart_server: force: no such argument; there are server_id.',
  ],
  ['a missing argument', 'restart_server', {}, 'restart_server: server_id: required.'],
  ['a missing operation', 'get_operation', {}, 'get_operation: operation_id: required.'],
  [
    'a missing choice, with the choices',
    'manage_app_varnish',
    ids,
    'manage_app_varnish: action: required. One of enable, disable, purge.',
  ],
  [
    'a wrong choice',
    'manage_app_varnish',
    { ...ids, action: 'clear' },
    'manage_app_varnish: action: must be one of enable, disable, purge.',
  ],
  [
    'an id with a nought before it',
    'restart_server',
    { server_id: '070011' },
    'restart_server: server_id: must be the id, label, domain or address of a server; list_servers lists them.',
  ],
  [
    'a name beside what is wrong',
    'manage_app_varnish',
    { app_id: 'www.example.com', action: 'clear' },
    'manage_app_varnish: action: must be one of enable, disable, purge.',
  ],
  [
    'a server whose app is missing',
    'clear_app_cache',
    { server_id: '70011' },
    'clear_app_cache: app_id: required.',
  ],
  ['neither server nor app', 'clear_app_cache', {}, 'clear_app_cache: app_id: required.'],
  [
    'a wrong type',
    'set_letsencrypt_auto_renewal',
    { ...ids, auto: 'yes' },
    'set_letsencrypt_auto_renewal: auto: expected boolean, received string.',
  ],
  [
    'a wrong element of a list',
    'install_letsencrypt',
    { ...ids, ssl_email: 'ops@example.com', ssl_domains: ['www.example.com', 'https://example.com/'] },
    'install_letsencrypt: ssl_domains.1: must be a domain name without scheme or path, for example www.example.com.',
  ],
  [
    'a repository that is not in SSH form',
    'git_clone',
    { ...ids, git_url: 'https://github.com/owner/repo', branch_name: 'main' },
    'git_clone: git_url: must be a repository in SSH form, for example git@github.com:owner/repo.git.',
  ],
  [
    'a folder outside of the app',
    'git_pull',
    { ...ids, branch_name: 'main', deploy_path: 'a/../../etc' },
    'git_pull: deploy_path: must be a folder below public_html, without .. and without a leading slash.',
  ],
  ['a list instead of arguments', 'ping', [], 'ping: The arguments: expected object, received array.'],
  [
    'text instead of arguments',
    'ping',
    'now',
    'ping: The arguments are a text, and not the JSON of an object.',
  ],
])('a wrong call is told how to be right: %s', async (_, tool, input, message) => {
  const error = (await failure(cloudways.call(tool as 'ping', input as never))) as InputError
  expect(error).toBeInstanceOf(InputError)
  expect(error.message).toBe(message)
  expect(error.next).toBe('Fix the arguments and call again.')
})

it.each([
  { ...ids, ssl_crt: key, ssl_key: key, password: key },
  { ...ids, ssl_crt: key, ssl_key: 5, key },
  { ...ids, ssl_crt: { deep: key }, ssl_key: [key] },
  { [key]: 1 },
])('a value is never repeated: case %#', async (input) => {
  const error = await failure(cloudways.call('install_ssl_certificate', input as never))
  expect(error).toBeInstanceOf(InputError)
  expect(JSON.stringify(error)).not.toContain('canary-key')
})

it.each([undefined, null])('%s stands for no arguments', async (input) => {
  const error = await failure(cloudways.call('restart_server', input as never))
  expect((error as Error).message).toBe('restart_server: server_id: required.')
})

describe('arguments that are nested too deep are refused', () => {
  const any = createCloudways({
    extraTools: defineTools('mine', {
      my_tool: {
        title: 'Mine',
        description: 'Does something for the test.',
        risk: 'read',
        input: { value: z.unknown() },
        output: z.looseObject({ ok: z.boolean() }),
        run: async () => ({ ok: true }),
      },
    }),
  })
  const refused = 'my_tool: The arguments: nested more than 64 levels deep.'
  const nested = (levels: number, open: string, close: string) =>
    JSON.parse(`${open.repeat(levels)}0${close.repeat(levels)}`) as unknown

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('when the nesting is in %s', async (_, open, close) => {
    // The object that holds the arguments is one level.
    expect(await any.call('my_tool', { value: nested(63, open, close) })).toEqual({ ok: true })
    for (const levels of [64, 5000, 100_000]) {
      const error = await failure(any.call('my_tool', { value: nested(levels, open, close) }))
      expect(error).toBeInstanceOf(InputError)
      expect((error as Error).message).toBe(refused)
    }
  })

  it('when they hold themselves, also many times over', async () => {
    const cyclic: unknown[] = []
    cyclic.push(cyclic, cyclic, { cyclic })
    expect(((await failure(any.call('my_tool', { value: cyclic }))) as Error).message).toBe(refused)
  })

  it('when one list stands in so many places that a walk would never end', async () => {
    let value: unknown[] = []
    for (let level = 0; level < 60; level++) value = [value, value]
    expect(((await failure(any.call('my_tool', { value }))) as Error).message).toBe(
      'my_tool: The arguments: more than 100000 lists and objects.',
    )
    const wide = Array.from({ length: 100_001 }, () => [])
    expect(await failure(any.call('my_tool', { value: wide }))).toBeInstanceOf(InputError)
  })
})

const define = (input: InputShape) =>
  defineTools('mine', {
    my_tool: {
      title: 'Mine',
      description: 'Does something for the test.',
      risk: 'read',
      input,
      output: z.looseObject({ ok: z.boolean() }),
      run: async () => ({ ok: true }),
    },
  })

it.each([
  ['4', { size: z.enum(['s', 'm']), deep: z.strictObject({ a: z.string() }).optional() }],
  ['3', { size: z3.enum(['s', 'm']), deep: z3.object({ a: z3.string() }).strict().optional() }],
])('tools with schemas of zod %s speak in the same words', async (_, shape) => {
  const mine = createCloudways({ extraTools: define(shape as never) })
  const said = async (input: unknown) =>
    ((await failure(mine.call('my_tool', input as never))) as Error).message
  expect(await said({ size: 'x' })).toBe('my_tool: size: must be one of s, m.')
  expect(await said({})).toContain('my_tool: size: required.')
  expect(await said({ size: 's', sizes: 1 })).toBe('my_tool: sizes: no such argument; did you mean size?')
  expect(await said({ size: 's', deep: { a: 'b', c: 1 } })).toBe('my_tool: deep.c: no such field.')
  expect(await mine.call('my_tool', { size: 's' } as never)).toEqual({ ok: true })
})

describe('a value over which the code of a tool stumbles is a wrong argument, and no defect', () => {
  const day = (text: string) => new Date(text).toISOString()

  it.each<[string, (text: string) => unknown, string]>([
    ['a date that does not exist', day, 'never'],
    ['a pattern', (text) => new RegExp(text), '(('],
    ['a whole number', BigInt, '1.5'],
    ['an address', (text) => new URL(text), 'no address'],
    ['an escape', decodeURIComponent, '%'],
    ['a negative count', (text) => 'x'.repeat(Number(text)), '-1'],
  ])('in its schema: %s', async (_, read, value) => {
    const input = { note: z.string(), when: z.string().refine((text) => read(text) !== undefined) }
    const call = echoing(input).call('my_tool' as never, { note: 'x', when: value } as never)
    expect(await failure(call)).toMatchObject({
      code: 'invalid_input',
      message: 'my_tool: when: is a value that cannot be read.',
    })
  })

  const request = ({ when }: { when: string }) => ({
    method: 'PUT',
    path: '/server/1',
    body: { day: day(when) },
  })
  const lock = () => 'server:1:day'
  const read = async () => ({ day: '' })
  const edits = [
    { read, next: ({ when }: { when: string }) => ({ day: day(when) }), write: request },
    { read, next: ({ when }: { when: string }) => ({ day: when }), write: request },
  ]
  const places: [string, object][] = [
    ['request', { request }],
    ['next state', { edit: edits[0], lock }],
    ['write', { edit: edits[1], lock }],
    ['lock', { request: () => ({ method: 'PUT', path: '/server/1' }), lock: request }],
  ]

  it.each(
    (['never', 'write'] as const).flatMap((confirm) =>
      places.map(([place, more]) => [place, confirm, more] as const),
    ),
  )('in its %s, with confirm: %s', async (_, confirm, more) => {
    const declaration = { risk: 'write', input: { server_id: server(), when: z.string() }, ...more }
    const { call, sandbox } = setUpTool(declaration, { confirm, onConfirm: () => true })
    expect(await failure(call({ server_id: 70011, when: 'never' }))).toMatchObject({
      code: 'invalid_input',
      message: 'my_tool: nothing can be made of these values: server_id, when.',
    })
    expect(sandbox.mutations).toEqual([])
  })
})
