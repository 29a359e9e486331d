/** What fails before the first byte of the request has left is told as "nothing was sent", with its cause. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createTls } from 'node:https'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { UpstreamError } from 'cloudways-tools'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'

afterEach(() => void vi.unstubAllEnvs())

const restart = (url: string, options = {}) =>
  failure(toolkit(url, options).call('restart_server', { server_id: 1 })) as Promise<UpstreamError>

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as { port: number }).port
}

/** A key and a certificate that nobody trusts. */
function selfSigned(name: string) {
  const dir = mkdtempSync(join(tmpdir(), 'tls-'))
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const of = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  execFileSync('openssl', [...of, '-keyout', key, '-out', cert, '-subj', `/CN=${name}`], { stdio: 'ignore' })
  const read = { key: readFileSync(key), cert: readFileSync(cert) }
  rmSync(dir, { recursive: true })
  return read
}

const nothing = (error: UpstreamError) => {
  expect(error).toMatchObject({ code: 'upstream_failed', outcome: 'failed', details: { reason: 'network' } })
  expect(error.message).toMatch(/^Cloudways can't be reached\b/)
  expect(error.next).toMatch(/^Nothing was sent\. /)
}

describe('a change that could not be sent is no lost change', () => {
  it('because the certificate is not trusted: the way out is named', async () => {
    const port = await portOf(createTls(selfSigned('localhost'), () => {}))
    const error = await restart(`https://127.0.0.1:${port}`)
    nothing(error)
    expect(error.message).toContain('the certificate at its address is not trusted here (')
    expect(error.next).toContain('NODE_EXTRA_CA_CERTS')
  })

  it('because the other side speaks no TLS', async () => {
    const plain = createServer((socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 Bad\r\n\r\n'))
    const error = await restart(`https://127.0.0.1:${await portOf(plain)}`)
    nothing(error)
    expect(error.message).toContain('no secure connection could be made')
  })

  it('because the other side hangs up in the handshake', async () => {
    const rude = createServer((socket) => void socket.on('error', () => {}).once('data', () => socket.end()))
    nothing(await restart(`https://127.0.0.1:${await portOf(rude)}`))
  })

  it('because the name is unknown', async () => {
    const error = await restart('https://no-such-name.invalid/api/v2')
    nothing(error)
    expect(error.message).toMatch(/\((ENOTFOUND|EAI_AGAIN)\)/)
  })

  it('because the port is one that browsers refuse', async () => {
    nothing(await restart('http://localhost:6000'))
  })

  it.each<[string, object]>([
    ['a timeout at connecting', { code: 'UND_ERR_CONNECT_TIMEOUT' }],
    ['another timeout at connecting', { code: 'ETIMEDOUT', syscall: 'connect' }],
    ['a connection that the machine forbids', { code: 'EPERM', syscall: 'connect' }],
    ['a name that resolves to nothing', { code: 'EAI_NODATA' }],
    ['several addresses', { errors: [{ code: 'ECONNREFUSED', syscall: 'connect' }] }],
    ['an expired certificate', { code: 'CERT_HAS_EXPIRED' }],
    ['a certificate of another name', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
    ['the certificate of a company', { code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }],
    ['another one', { cause: { code: 'SELF_SIGNED_CERT_IN_CHAIN' } }],
    ['a proxy without a tunnel', { message: 'Proxy response (407) !== 200 when HTTP Tunneling' }],
  ])('because of %s', async (_, cause) => {
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), cause) })
    }
    nothing(await restart('https://api.example.com', { fetch }))
  })

  it('and may be made again', async () => {
    const upstream = await startUpstream({ 'POST /app/clone': json({ operation_id: null, app_id: 3 }) })
    let isUp = false
    const send: typeof fetch = async (...request) => {
      if (isUp) return fetch(...request)
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'CERT_UNTRUSTED' }) })
    }
    const cloudways = toolkit(upstream.url, { fetch: send })
    const call = () => cloudways.call('clone_app', { server_id: '1', app_id: '2', app_label: 'copy' })
    nothing((await failure(call())) as UpstreamError)
    isUp = true
    await call().catch(() => {})
    expect(upstream.requests('POST /app/clone')).toHaveLength(1)
  })
})

describe('a change that may have been sent is unknown', () => {
  it.each<[string, object]>([
    ['a reset', { code: 'ECONNRESET', syscall: 'read' }],
    ['a closed socket', { code: 'UND_ERR_SOCKET' }],
    ['a timeout of a read', { code: 'ETIMEDOUT', syscall: 'read' }],
    ['a broken pipe', { code: 'EPIPE', syscall: 'write' }],
    ['a bad record', { code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' }],
    ['a client certificate that is asked for late', { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }],
    ['no word on it', {}],
  ])('after %s', async (_, cause) => {
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), cause) })
    }
    expect(await restart('https://api.example.com', { fetch })).toMatchObject({ outcome: 'unknown' })
  })
})

it('a certificate that is not trusted is not asked again by a read', async () => {
  const fetch = vi.fn(async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'CERT_UNTRUSTED' }) })
  })
  await failure(toolkit('https://api.example.com', { fetch }).call('list_projects', {}))
  expect(fetch).toHaveBeenCalledOnce()
})

it('a sign-in that could not be sent says why', async () => {
  const port = await portOf(createTls(selfSigned('localhost'), () => {}))
  const credentials = { email: 'owner@example.com', apiKey: 'key-0123456789' }
  const error = await restart(`https://127.0.0.1:${port}`, { credentials })
  nothing(error)
  expect(error.next).toContain('NODE_EXTRA_CA_CERTS')
})

describe('a proxy that is set', () => {
  const closed = async () => {
    const { url, close } = await startUpstream({})
    await close()
    return url
  }

  it.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'ALL_PROXY'])(
    'and not read is named: %s',
    async (name) => {
      vi.stubEnv(name, 'http://user:canary@proxy.example.com:8080')
      const error = await restart(await closed())
      expect(error.next).toContain(`${name} is set, and this process does not read it`)
      expect(JSON.stringify(error)).not.toContain('canary')
    },
  )

  /** A Node.js that reads the variables. */
  function asked() {
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    vi.spyOn(process, 'versions', 'get').mockReturnValue({ ...process.versions, node: '24.1.0' })
    onTestFinished(() => void vi.restoreAllMocks())
  }

  it('and read is not', async () => {
    asked()
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.example.com:8080')
    expect((await restart(await closed())).next).not.toContain('HTTPS_PROXY')
  })

  it('that Node.js never reads is told the right name', async () => {
    asked()
    vi.stubEnv('ALL_PROXY', 'http://proxy.example.com:8080')
    const { next } = await restart(await closed())
    expect(next).toContain('ALL_PROXY is set, and this process does not read it: set HTTPS_PROXY instead')
  })

  it('and is not there is not named', async () => {
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) vi.stubEnv(name, undefined)
    expect((await restart(await closed())).next).not.toMatch(/proxy/i)
  })
})
