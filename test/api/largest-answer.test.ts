import { gzipSync } from 'node:zlib'
import { type CloudwaysError, createCloudways } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { type Answer, failure, gate, json, startUpstream, toolkit } from '../support/upstream.ts'

/** Four megabytes of JSON in four kilobytes. */
const packed = gzipSync(JSON.stringify({ projects: [], filler: 'x'.repeat(4 * 2 ** 20) }))
const bomb: Answer = (_, response) =>
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed)
const options = { maxBodyMegabytes: 1 }

describe('an answer that unpacks to more than the ceiling', () => {
  it('is not read: a read says what to ask for', async () => {
    const { url, seen } = await startUpstream({ 'GET /project': bomb })
    const error = (await failure(toolkit(url, options).call('list_projects', {}))) as CloudwaysError
    expect(error.message).toBe('Cloudways answered more than 1 MB, which was not read.')
    expect(error.next).toMatch(/^Ask for less: .* The operator can raise maxBodyMegabytes\.$/)
    expect(error.details).toMatchObject({ reason: 'too_large', outcome: 'failed' })
    expect(seen).toHaveLength(1)
  })

  it('leaves a change unknown', async () => {
    const { url } = await startUpstream({ 'POST /server/restart': bomb })
    const error = await failure(toolkit(url, options).call('restart_server', { server_id: 1 }))
    expect(error).toMatchObject({ outcome: 'unknown', details: { reason: 'too_large' } })
  })

  it('is no sign-in', async () => {
    const { url } = await startUpstream({ 'POST /oauth/access_token': bomb })
    const credentials = { email: 'owner@example.com', apiKey: 'key-0123456789' }
    const call = toolkit(url, { ...options, credentials }).call('restart_server', { server_id: 1 })
    expect(await failure(call)).toMatchObject({ outcome: 'failed' })
  })

  it('is read by who allows it', async () => {
    const { url } = await startUpstream({ 'GET /project': bomb })
    expect((await toolkit(url).call('list_projects', {})).projects).toEqual([])
  })
})

it('an answer without an end is closed at the ceiling', async () => {
  const { open, opened } = gate()
  const endless: Answer = (_, response) => {
    response.on('close', open).writeHead(200, { 'content-type': 'application/json' })
    const more = (): void => {
      while (!response.destroyed && response.write('['.repeat(65_536))) {}
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  }
  const { url } = await startUpstream({ 'GET /project': endless })
  expect(await failure(toolkit(url, options).call('list_projects', {}))).toMatchObject({
    details: { reason: 'too_large' },
  })
  await opened
})

it('letters of several bytes are whole, wherever the packets part them', async () => {
  const body = Buffer.from(JSON.stringify({ projects: [{ id: 1, name: 'Žluťoučký 🐎' }] }))
  const slowly: Answer = async (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    for (const byte of body) await new Promise((resolve) => response.write(Buffer.from([byte]), resolve))
    response.end()
  }
  const { url } = await startUpstream({ 'GET /project': slowly })
  expect((await toolkit(url).call('list_projects', {})).projects[0]?.name).toBe('Žluťoučký 🐎')
})

it.each([0, -1, Number.NaN, '64'])('a ceiling of %j is refused', (maxBodyMegabytes) => {
  expect(() => createCloudways({ maxBodyMegabytes } as never)).toThrow(/maxBodyMegabytes: must be/)
})

it('small answers pass', async () => {
  const { url } = await startUpstream({ 'GET /project': json({ projects: [] }) })
  expect(await toolkit(url, options).call('list_projects', {})).toEqual({ projects: [] })
})
