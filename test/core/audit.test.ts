import { type AuditEvent, defineTools, UpstreamError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { hashOf } from '../../src/base/json.ts'
import {
  type Answer,
  failure,
  finished,
  json,
  startUpstream,
  text,
  token,
  toolkit,
} from '../support/upstream.ts'

const restart = 'POST /server/restart'

async function eventsOf(answer: Answer, input: unknown = { server_id: 1 }, options: object = {}) {
  const events: AuditEvent[] = []
  const { url } = await startUpstream({ [restart]: answer })
  const cloudways = toolkit(url, { confirm: 'never', onAudit: (event) => events.push(event), ...options })
  await cloudways.call('restart_server', input as never).catch(() => {})
  return events
}

describe('a call', () => {
  it.each<[string, Answer, object]>([
    ['ok', finished, {}],
    ['refused', json({ code: 'insufficient_scope' }, 403), { code: 'credentials_refused' }],
    ['refused', json({}, 401), { code: 'credentials_refused' }],
    ['failed', json({ status: false }, 422), { code: 'upstream_failed' }],
    ['unknown', text('', 502), { code: 'upstream_failed' }],
  ])('makes one audit event with outcome %s', async (outcome, answer, more) => {
    const events = await eventsOf(answer)
    expect(events).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        account: expect.stringMatching(/^acct_[0-9a-f]{20}$/),
        tool: 'restart_server',
        target: { server_id: '1' },
        risk: 'disruptive',
        rule: 'never',
        outcome,
        ...more,
        argumentsHash: await hashOf({ server_id: '1' }),
        duration: expect.any(Number),
      },
    ])
  })

  it('makes one audit event when its arguments are refused, without their values', async () => {
    const events = await eventsOf(json([]), { server_id: 1, colour: 'canary-value' })
    expect(events).toMatchObject([{ rule: 'input', target: {}, outcome: 'failed', code: 'invalid_input' }])
    expect(JSON.stringify(events)).not.toContain('canary-value')
    expect(JSON.stringify(events)).not.toContain(token)
  })

  it('makes one audit event when its tool is hidden, or does not exist', async () => {
    const hidden = await eventsOf(json([]), { server_id: 1 }, { readOnly: true })
    expect(hidden).toMatchObject([{ rule: 'read-only', risk: null, target: {}, outcome: 'refused' }])
    const events: AuditEvent[] = []
    const cloudways = toolkit('http://localhost', { onAudit: (event) => events.push(event) })
    await failure(cloudways.call('x'.repeat(200) as never, {} as never))
    expect(events).toMatchObject([{ rule: 'unknown tool', tool: 'x'.repeat(60), risk: null }])
  })

  it('makes one audit event when it is a dry run', async () => {
    const events: AuditEvent[] = []
    const { url } = await startUpstream({
      'GET /server': json({ servers: [{ id: 1, label: 'shop', apps: [] }] }),
    })
    await toolkit(url, { onAudit: (event) => events.push(event) }).plan('restart_server', { server_id: 1 })
    expect(events).toMatchObject([{ rule: 'default', outcome: 'planned', target: { server_id: '1' } }])
  })

  it('makes one audit event with its arguments only when the operator wants them, and without secrets', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\ncanary-key\n-----END PRIVATE KEY-----'
    const crt = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'
    const input = { server_id: 1, app_id: 2, ssl_crt: crt, ssl_key: key, password: 'canary-pass' }
    const [without] = await eventsOf(json([]), { server_id: 1 })
    expect(without).not.toHaveProperty('arguments')
    const events: AuditEvent[] = []
    const { url } = await startUpstream({ 'POST /security/ownSSL': json([]) })
    const options = { auditArguments: true, onAudit: (event: AuditEvent) => events.push(event) }
    await toolkit(url, options)
      .call('install_ssl_certificate', input)
      .catch(() => {})
    expect(events).toMatchObject([{ arguments: { server_id: '1', app_id: '2' } }])
    expect(JSON.stringify(events)).not.toMatch(/canary-(key|pass)/)
  })

  it.each<[string, (body: string) => unknown]>([
    ['under a wrong name', (body) => ({ ssl_kye: body, note: [{ text: 'canary-pass' }] })],
    ['at a wrong place', (body) => ({ ssl_crt: body })],
    ['in a list', (body) => ({ ssl_key: [body], password: ['canary-pass'] })],
    ['as a text', (body) => JSON.stringify({ ssl_key: body, x: 1, pass_phrase: 'canary-pass' })],
    ['inside another name', (body) => ({ arguments: { ssl_key: body, pass_phrase: 'canary-pass' } })],
  ])('holds no key and no pass phrase in its arguments, %s', async (_, make) => {
    const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7canaryZk9Xq'
    const body = `${line}\n${line}\nQ2FuYXJ5==`
    const events: AuditEvent[] = []
    const { url } = await startUpstream({})
    const options = { auditArguments: true, onAudit: (event: AuditEvent) => events.push(event) }
    const cloudways = toolkit(url, options)
    const input = make(body)
    await failure(cloudways.call('install_ssl_certificate', input as never))
    await failure(
      cloudways.call('preview_change', { tool: 'install_ssl_certificate', arguments: input as never }),
    )
    // The call, the preview, and the plan that it asks for.
    expect(events).toHaveLength(3)
    for (const event of events) expect(JSON.stringify(event.arguments)).not.toMatch(/MIIEv|Q2FuYX|canary/)
  })

  it('makes one audit event when there are no credentials', async () => {
    const [event] = await eventsOf(json([]), { server_id: 1 }, { credentials: undefined })
    expect(event).toMatchObject({ account: 'none', outcome: 'refused', code: 'credentials_refused' })
  })

  it('makes one audit event when the function that brings the credentials fails, and the error stays the same', async () => {
    const events: AuditEvent[] = []
    const { url } = await startUpstream({})
    const credentials = () => Promise.reject(new Error('canary'))
    const cloudways = toolkit(url, { credentials, onAudit: (event) => events.push(event) })
    const error = await failure(cloudways.call('restart_server', { server_id: 1 }))
    expect(error).toMatchObject({ code: 'credentials_refused' })
    expect(events).toMatchObject([{ account: 'unknown', outcome: 'refused' }])
  })

  it.each([
    ['a bigint', { server_id: 1, size: 1n }],
    ['itself', Object.assign({}, { server_id: 1 }) as Record<string, unknown>],
  ])('makes one audit event when its arguments hold %s', async (_, input) => {
    if (!('size' in input)) Object.assign(input, { self: input })
    expect(await eventsOf(json([]), input)).toMatchObject([{ argumentsHash: 'not JSON' }])
  })

  it('makes one audit event when the error comes from another copy of this package', async () => {
    const foreign = Object.assign(new Error('lost'), {
      code: 'upstream_failed',
      next: 'Wait.',
      details: { outcome: 'unknown' },
      scrubbed: () => foreign,
    })
    const extraTools = defineTools('mine', {
      my_tool: {
        title: 'Mine',
        description: 'Throws what another copy threw.',
        risk: 'read',
        input: {},
        output: z.looseObject({}),
        run: () => Promise.reject(foreign),
      },
    })
    const events: AuditEvent[] = []
    const cloudways = toolkit('http://localhost', {
      onAudit: (event: AuditEvent) => events.push(event),
      extraTools,
    } as object)
    expect(await failure(cloudways.call('my_tool' as never, {} as never))).toBe(foreign)
    expect(foreign).not.toBeInstanceOf(UpstreamError)
    expect(events).toMatchObject([{ outcome: 'unknown', code: 'upstream_failed' }])
  })
})

it('an audit that throws does not turn a change that was made into an error', async () => {
  const { url } = await startUpstream({ [restart]: finished })
  const cloudways = toolkit(url, {
    confirm: 'never',
    onAudit: () => {
      throw new Error('disk full')
    },
  })
  expect(await cloudways.call('restart_server', { server_id: 1 })).toMatchObject({ state: 'completed' })
})

describe('the hash of arguments', () => {
  it('is the same whatever the order of the keys, and another for other values', async () => {
    expect(await hashOf({ a: 1, b: { c: [1, 2], d: null } })).toBe(
      await hashOf({ b: { d: null, c: [1, 2] }, a: 1 }),
    )
    expect(await hashOf({ a: 1, b: undefined })).toBe(await hashOf({ a: 1 }))
    const others = [{}, { a: 1 }, { a: '1' }, { a: [1] }, { a: null }, { b: 1 }, [], ['a', 1], 'a', null]
    const hashes = await Promise.all(others.map(hashOf))
    expect(new Set(hashes).size).toBe(others.length)
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/)
  })
})
