import { InputError, type Plan, type UpstreamError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { ecPrivateKey, certificate as pem, privateKey } from '../support/pem.ts'
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

describe("a certificate of one's own that a person approves", () => {
  const row = {
    id: '90021',
    label: 'store',
    cname: 'www.example.com',
    lets_encrypt: null,
    own_ssl: { key: 'x' },
  }
  const servers = json({ servers: [{ id: '70011', label: 'shop', status: 'running', apps: [row] }] })

  it('may go out in both forms that the plan shows, and in no other', async () => {
    const upstream = await startUpstream({ 'GET /server': servers, [first]: catchAll, [second]: json([]) })
    const plans: Plan[] = []
    const onConfirm = (plan: Plan) => plans.push(plan) > 0
    const kit = toolkit(upstream.url, { confirm: 'disruptive', onConfirm })
    expect(await kit.call('install_ssl_certificate', certificate)).toMatchObject({ state: 'completed' })
    const sent = upstream.seen.filter(({ method }) => method === 'POST')
    const [{ request, other_request } = {} as Plan] = plans
    expect(sent.map(({ path }) => path)).toEqual([request?.path, other_request?.path])
    expect(JSON.stringify(plans)).not.toContain(privateKey.split('\n')[1])
    expect(JSON.stringify(plans)).not.toContain('canary-pass')
  })
})

describe('text that is no certificate or key', () => {
  const inside = (kind: string, text: string) => `-----BEGIN ${kind}-----\n${text}\n-----END ${kind}-----`
  const short = privateKey.replace(/\n[^\n]*\n-----END/, '\n-----END')

  it.each<[string, object, RegExp]>([
    [
      'prose in a frame',
      { ssl_crt: inside('CERTIFICATE', 'please install this') },
      /ssl_crt: must be in PEM form/,
    ],
    ['no sequence', { ssl_crt: inside('CERTIFICATE', 'AAAA') }, /ssl_crt: must be in PEM form/],
    ['a key that was cut off', { ssl_key: short }, /ssl_key: must be in PEM form/],
    [
      'a public key',
      { ssl_key: inside('PUBLIC KEY', 'MAA=') },
      /ssl_key: must be in PEM form, with -----BEGIN/,
    ],
    ['the key in place of the certificate', { ssl_crt: privateKey }, /ssl_crt: must be in PEM form/],
    ['the key beside the certificate', { ssl_crt: `${pem}\n${privateKey}` }, /must not hold a private key/],
  ])('is refused before anything is sent: %s', async (_, wrong, words) => {
    const upstream = await startUpstream({})
    const call = toolkit(upstream.url).call('install_ssl_certificate', { ...certificate, ...wrong })
    expect(await failure(call)).toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(words),
    })
    expect(upstream.seen).toEqual([])
  })

  it.each([
    ['the older form of a key', ecPrivateKey],
    [
      'an encrypted key of the older form',
      inside('EC PRIVATE KEY', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA'),
    ],
    ['line ends of Windows', privateKey.replaceAll('\n', '\r\n')],
  ])('is not %s', async (_, ssl_key) => {
    const upstream = await startUpstream({ [first]: json([]) })
    const call = toolkit(upstream.url).call('install_ssl_certificate', { ...certificate, ssl_key })
    expect(await call).toMatchObject({ state: 'completed' })
  })
})

describe("a wildcard certificate of Let's Encrypt", () => {
  it('is asked for by its bare domain', async () => {
    const { sandbox, cloudways } = setUp({ confirm: 'never' })
    const wild = {
      ...ids,
      ssl_email: 'ops@example.com',
      ssl_domains: ['*.example.com', 'example.com'],
      wild_card: true,
    }
    await cloudways.call('install_letsencrypt', wild)
    const sent = sandbox.requests.find(({ operation }) => operation === 'security_lets_encrypt_install')
    expect(sent?.body).toMatchObject({ wild_card: 'true', 'ssl_domains[]': 'example.com' })
  })

  it('is not asked for without wild_card', async () => {
    const { sandbox, cloudways } = setUp({ confirm: 'never' })
    const input = { ...ids, ssl_email: 'ops@example.com', ssl_domains: ['*.example.com'] }
    expect(await failure(cloudways.call('install_letsencrypt', input))).toMatchObject({
      message: 'install_letsencrypt: *.example.com needs wild_card: true.',
    })
    expect(sandbox.mutations).toEqual([])
  })

  it.each<[string, object, object, object | undefined]>([
    [
      'a wildcard',
      { type: 'wc', ssl_domains: ['example.com'] },
      {},
      { ssl_domains: ['example.com'], wild_card: true },
    ],
    ['a wildcard, told beside it', { ssl_domains: ['example.com'] }, { wild_card: '1' }, { wild_card: true }],
    [
      'a plain one',
      { type: 'le', ssl_domains: 'a.example.com, b.example.com' },
      {},
      { ssl_domains: ['a.example.com', 'b.example.com'] },
    ],
    ['one of which nobody tells the kind', { ssl_domains: ['example.com'] }, {}, undefined],
  ])('is brought back as what it was: %s', async (_, encrypted, more, undo) => {
    const row = {
      id: '90021',
      lets_encrypt: { ssl_email: 'ops@example.com', ...encrypted },
      own_ssl: null,
      ...more,
    }
    const upstream = await startUpstream({ 'GET /server': json({ servers: [{ id: '70011', apps: [row] }] }) })
    const { undo_call } = await toolkit(upstream.url).plan('revoke_letsencrypt', {
      ...ids,
      ssl_domain: 'example.com',
    })
    if (undo === undefined) return expect(undo_call).toBeNull()
    expect(undo_call).toMatchObject({ tool: 'install_letsencrypt', input: undo })
    expect('wild_card' in (undo_call?.input ?? {})).toBe('wild_card' in undo)
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
    const { sandbox, cloudways } = setUp({ confirm: 'never' })
    const wild = { ...ids, wild_card: true }
    const error = await failure(cloudways.call('renew_letsencrypt', wild))
    expect(error).toBeInstanceOf(InputError)
    expect((error as Error).message).toBe(
      'renew_letsencrypt: a wildcard certificate needs ssl_email and domain.',
    )
    expect(sandbox.mutations).toEqual([])
    await cloudways.call('renew_letsencrypt', {
      ...wild,
      ssl_email: 'ops@example.com',
      domain: '*.example.com',
    })
    const sent = sandbox.requests.find(({ operation }) => operation === 'security_lets_encrypt_renew')
    expect(sent?.body).toMatchObject({
      wild_card: 'true',
      ssl_email: 'ops@example.com',
      domain: '*.example.com',
    })
  })
})
