import { InputError, type UpstreamError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { certificate as pem, privateKey } from '../support/pem.ts'
import { setUp } from '../support/toolkit.ts'
import { type Answer, failure, json, reset, startUpstream, text, toolkit } from '../support/upstream.ts'

const ids = { server_id: 70011, app_id: '90021' }
const [first, second] = ['POST /security/ownSSL', 'POST /security/own_ssl']
const catchAll = text('You have reached Cloudways API.')
const certificate = {
  ...ids,
  ssl_crt: pem,
  ssl_key: privateKey,
  password: 'canary-pass',
}

async function install(answers: [Answer, Answer]) {
  const upstream = await startUpstream({ [first]: answers[0], [second]: answers[1] })
  const call = toolkit(upstream.url).call('install_ssl_certificate', certificate)
  const outcome = await call.catch((error: UpstreamError) => error)
  return { outcome, upstream }
}

describe('install_ssl_certificate', () => {
  it('sends the documented form', async () => {
    const { outcome, upstream } = await install([json([]), catchAll])
    expect(outcome).toMatchObject({ state: 'completed' })
    expect(Object.fromEntries(upstream.requests(first)[0]?.form ?? [])).toEqual({
      ...certificate,
      server_id: '70011',
    })
    expect(upstream.requests(second)).toEqual([])
  })

  it.each<[string, Answer]>([
    ['the path is not known', catchAll],
    ['the field is refused by name', json({ ssl_cert: [{ code: 'required', message: 'is missing' }] }, 422)],
  ])('sends the other form when %s', async (_, answer) => {
    const { outcome, upstream } = await install([answer, json([])])
    expect(outcome).toMatchObject({ state: 'completed' })
    const form = upstream.requests(second)[0]?.form
    for (const name of ['ssl_crt', 'ssl_cert']) expect(form?.get(name)).toBe(certificate.ssl_crt)
    expect(upstream.requests(first)).toHaveLength(1)
  })

  it.each<[string, Answer]>([
    ['nobody knows whether the first was carried out', reset],
    ['the first was refused for another reason', json({ status: false, message: 'No.' }, 422)],
  ])('sends nothing more when %s', async (_, answer) => {
    const { outcome, upstream } = await install([answer, json([])])
    expect(outcome).toBeInstanceOf(Error)
    expect(upstream.requests(second)).toEqual([])
  })

  it('reports the first refusal when the other form is not known either', async () => {
    const refusal = json({ ssl_crt: [{ code: 'format', message: 'does not match the key' }] }, 422)
    const { outcome } = await install([refusal, catchAll])
    expect((outcome as Error).message).toBe('Cloudways did not accept these values: ssl_crt.')
  })

  it('never repeats the key, whatever is wrong', async () => {
    const echo = json({ message: `bad key ${certificate.ssl_key}` }, 422)
    const errors = [
      (await install([echo, catchAll])).outcome,
      await failure(
        toolkit('http://localhost').call('install_ssl_certificate', { ...certificate, ssl_crt: 'x' }),
      ),
      await failure(
        toolkit('http://localhost').call('install_ssl_certificate', {
          ...certificate,
          ssl_key: `PRIVATE ${privateKey.slice(40)}`,
        }),
      ),
    ]
    for (const error of errors) expect(JSON.stringify(error)).not.toContain(privateKey.split('\n')[1])
    expect((errors[1] as Error).message).toBe(
      'install_ssl_certificate: ssl_crt: must be in PEM form, with -----BEGIN and -----END CERTIFICATE-----.',
    )
  })
})

describe("renewal of Let's Encrypt", () => {
  it('always says whether it is a wildcard', async () => {
    const { sandbox, cloudways } = setUp()
    await cloudways.call('renew_letsencrypt', ids)
    const sent = sandbox.requests.find(({ operation }) => operation === 'security_lets_encrypt_renew')
    expect(sent?.body).toEqual({ server_id: '70011', app_id: '90021', wild_card: 'false' })
  })

  it('needs email and domain for a wildcard, and sends both', async () => {
    const { sandbox, cloudways } = setUp()
    const wild = { ...ids, wild_card: true }
    const error = await failure(cloudways.call('renew_letsencrypt', wild))
    expect(error).toBeInstanceOf(InputError)
    expect((error as Error).message).toBe(
      'renew_letsencrypt: a wildcard certificate needs ssl_email and domain.',
    )
    expect(sandbox.requests).toHaveLength(0)
    await cloudways.call('renew_letsencrypt', {
      ...wild,
      ssl_email: 'ops@example.com',
      domain: '*.example.com',
    })
    expect(sandbox.requests[0]?.body).toMatchObject({
      wild_card: 'true',
      ssl_email: 'ops@example.com',
      domain: '*.example.com',
    })
  })
})
