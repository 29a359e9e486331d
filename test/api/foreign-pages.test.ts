/** A page of a firewall or a proxy is no word of the platform on role, ids or token. */
import type { CloudwaysError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { type Answer, failure, json, startUpstream, text, toolkit } from '../support/upstream.ts'

const page =
  '<!DOCTYPE html><html><head><title>Blocked</title></head><body>Ask canary@example.com</body></html>'
const pages: [string, string][] = [
  ['a page', page],
  ['a piece of a page', '  <center><h1>Denied canary</h1></center>'],
  ['a line', 'error code: 1020 canary'],
  ['another line', 'RBAC: access denied (canary)'],
]
const statuses = [200, 400, 401, 403, 404, 405, 422, 429, 500, 502, 503, 511]
const cases = statuses.flatMap((status) => pages.map(([name, body]) => [status, name, body] as const))

const told = (error: CloudwaysError) => {
  expect(error.code).toBe('upstream_failed')
  expect(error.message).toMatch(/^Something between here and Cloudways answered \(HTTP \d+\)/)
  expect(error.next).toMatch(/firewall or proxy/)
  const words = JSON.stringify(error)
  expect(words).not.toMatch(/canary|\brole\b|\bids?\b|\btokens?\b|access token/i)
}

describe.each(cases)('HTTP %i with %s', (status, _, body) => {
  const answer: Answer = text(body, status, { 'retry-after': '3600' })

  it('to a read', async () => {
    const { url } = await startUpstream({ 'GET /project': answer })
    const error = (await failure(toolkit(url).call('list_projects', {}))) as CloudwaysError
    told(error)
    expect(error.details).toMatchObject({ outcome: 'failed', status })
  })

  it('to a change: nobody knows whether it was made, unless the status says so', async () => {
    const { url, seen } = await startUpstream({ 'POST /app/cache/purge': answer })
    const call = toolkit(url).call('clear_app_cache', { server_id: '1', app_id: '2' })
    const error = (await failure(call)) as CloudwaysError
    expect(error.message).toMatch(/^Something between here and Cloudways answered/)
    expect(JSON.stringify(error)).not.toContain('canary')
    expect(error.details.outcome).toBe([429, 511].includes(status) ? 'failed' : 'unknown')
    expect(seen).toHaveLength(1)
  })

  it('to the sign-in, which changes nothing', async () => {
    const { url, seen } = await startUpstream({ 'POST /oauth/access_token': answer })
    const credentials = { email: 'owner@example.com', apiKey: 'key-0123456789' }
    const call = toolkit(url, { credentials }).call('restart_server', { server_id: 1 })
    const error = (await failure(call)) as CloudwaysError
    expect(error.details).toMatchObject({ outcome: 'failed', status })
    expect(JSON.stringify(error)).not.toMatch(/canary|unknown|access token/)
    expect(seen).toHaveLength(1)
  })
})

it('a page with 401 ends no exchanged token', async () => {
  const upstream = await startUpstream({
    'POST /oauth/access_token': json({ access_token: 'exchanged-1' }),
    'GET /project': text(page, 401),
  })
  const credentials = { email: 'owner@example.com', apiKey: 'key-0123456789' }
  told((await failure(toolkit(upstream.url, { credentials }).call('list_projects', {}))) as CloudwaysError)
  expect(upstream.requests('POST /oauth/access_token')).toHaveLength(1)
})

it('a redirect to the sign-in page of a network names what to check', async () => {
  const { url } = await startUpstream({
    'GET /project': text(page, 302, { location: 'http://127.0.0.1:9/' }),
  })
  const error = (await failure(toolkit(url).call('list_projects', {}))) as CloudwaysError
  expect(error.next).toContain('The sign-in page of a network answers so too.')
})

it('JSON that breaks off was the platform’s', async () => {
  const { url } = await startUpstream({ 'GET /project': text('{"projects": [') })
  const error = (await failure(toolkit(url).call('list_projects', {}))) as CloudwaysError
  expect(error.message).toBe('Cloudways answered something that is not JSON.')
})
