/** What strangers can do to the MCP endpoint without an account. */
import { describe, expect, it } from 'vitest'
import { runs } from '../../support/deep.ts'
import { callTool, startTestServer, type TestServerOptions } from '../support.ts'

const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

async function serverOf(options: TestServerOptions = {}) {
  const server = await startTestServer({ format: 'json', ...options })
  const audit = () =>
    server.lines
      .map((line) => JSON.parse(line))
      .filter(({ message, event }) => message === 'audit' && event !== 'call')
  return { ...server, audit }
}

describe('email and API key in headers', () => {
  it('are counted like those of the sign-in page: wrong ones lock the address out, and nothing more is sent', async () => {
    const { url, sandbox, audit } = await serverOf({ env: { TRUST_PROXY: 'true' } })
    const { email, apiKey } = sandbox.credentials
    const from = { 'x-forwarded-for': '203.0.113.9' }
    const guess = (key: string) =>
      callTool(url, 'list_projects', {}, { ...from, 'x-cloudways-email': email, 'x-cloudways-api-key': key })
    // Eight run at once. If they were counted after the answer, all would pass.
    const wrong = await Promise.all(Array.from({ length: 8 }, (_, index) => guess(`wrong-key-${index}`)))
    expect(wrong.every(({ isError }) => isError)).toBe(true)
    for (let index = 8; index < 12; index++) await guess(`wrong-key-${index}`)
    const sent = sandbox.requests.length
    expect((await guess('wrong-key-99')).content[0]?.text).toMatch(
      /^Too many wrong credentials\. Nothing was sent\. Wait \d+ s/,
    )
    expect((await guess(apiKey)).content[0]?.text).toMatch(/^Too many wrong credentials\./)
    expect(sandbox.requests).toHaveLength(sent)
    expect(audit().map(({ event }) => event)).toContain('locked_out')
    expect(audit().find(({ event }) => event === 'locked_out').address).toBe('203.0.113.9')
  })

  it('of a program on this computer lock out nobody else on it', async () => {
    const { url, sandbox, audit } = await serverOf()
    const withToken = (token: string) =>
      callTool(url, 'list_projects', {}, { 'x-cloudways-access-token': token })
    for (let index = 0; index < 12; index++) {
      const { content } = await withToken(`cw_${String(index).padStart(40, 'f')}`)
      expect(content[0]?.text).toMatch(/^Cloudways (refused|does not accept)/)
    }
    expect((await withToken(sandbox.credentials.accessToken)).isError).toBeFalsy()
    expect(audit().map(({ event }) => event)).not.toContain('locked_out')
  })

  it('do not count while they are right, however many calls run at once', async () => {
    const { url, sandbox } = await serverOf({ env: { MAX_AUTH_ATTEMPTS_PER_IP: '2' } })
    const { email, apiKey } = sandbox.credentials
    const headers = { 'x-cloudways-email': email, 'x-cloudways-api-key': apiKey }
    expect((await callTool(url, 'list_projects', {}, headers)).isError).toBeFalsy()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => callTool(url, 'list_projects', {}, headers)),
    )
    expect(answers.filter(({ isError }) => isError)).toEqual([])
  })
})

describe('the endpoint', () => {
  it('refuses a long batch, which makes much work of few bytes', async () => {
    const { url } = await serverOf()
    const batch = Array.from({ length: 11 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'tools/list' }))
    const response = await fetch(url, { method: 'POST', headers: json, body: JSON.stringify(batch) })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('At most 10 messages in a batch.')
  })

  it('answers hostile certificates, as many as come', async () => {
    const { url } = await serverOf()
    const ssl_crt = '-----BEGIN CERTIFICATE-----'.repeat(3500)
    const input = { server_id: 70011, app_id: 90021, ssl_crt, ssl_key: ssl_crt }
    // A pattern of quadratic time would need seconds for each call.
    for (let count = 0; count < runs(200); count++) {
      const { content } = await callTool(url, 'install_ssl_certificate', input)
      expect(content[0]?.text).toContain('ssl_crt: must be in PEM form')
    }
  })

  it('answers a flood of wrong arguments with a short text', async () => {
    const { url } = await serverOf()
    const input = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`argument_${index}`, 1]))
    const { content } = await callTool(url, 'restart_server', input)
    expect(content[0]?.text.length).toBeLessThan(2000)
  })

  it('does not let a sender erase words from its own lines', async () => {
    const { base, audit } = await serverOf()
    const body = JSON.stringify({ redirect_uris: ['http://localhost:1/cb'], client_name: 'x' })
    for (const word of ['127.0.0.1', 'registered', '","event":"registered"', '{"time":"2026-11-22T1']) {
      const headers = { 'content-type': 'application/json', 'x-cloudways-access-token': word }
      expect((await fetch(`${base}/register`, { method: 'POST', headers, body })).status).toBe(201)
    }
    expect(audit()).toHaveLength(4)
    for (const { event, address } of audit()) {
      expect({ event, address }).toEqual({
        event: 'registered',
        address: expect.stringMatching(/127\.0\.0\.1|::1/),
      })
    }
  })

  it('asks for a sign-in when a proxy stands before an account that is for this machine', async () => {
    const { url } = await serverOf()
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...json, 'x-forwarded-for': '192.0.2.1' },
      body: '{}',
    })
    expect(response.status).toBe(401)
  })
})
