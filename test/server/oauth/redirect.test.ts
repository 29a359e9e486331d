import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddress, networkOf } from '../../../src/server/attempts/address.ts'
import {
  formTarget,
  matchesRedirect,
  redirectProblem,
  redirectWith,
} from '../../../src/server/oauth/redirect.ts'
import { runs } from '../../support/deep.ts'
import { authorizePath, createSite, jsonBody, register } from './support.ts'

describe('a redirect URI', () => {
  it.each([
    'https://claude.ai/api/mcp/auth_callback',
    'https://vscode.dev/redirect',
    'https://client.example:8443/cb?x=1&y=2',
    'https://xn--bcher-kva.example/cb',
    'http://localhost/callback',
    'http://localhost:3118/callback',
    'http://127.0.0.1/',
    'http://127.0.0.1:33418',
    'http://[::1]:8080/cb',
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'vscode://vscode.github-authentication/did-authenticate',
    'claude://callback',
    'com.example.app:/oauth',
    'com.example.app://oauth/cb?x=1',
  ])('%s may be registered', async (uri) => {
    expect(redirectProblem(uri)).toBeUndefined()
    expect(matchesRedirect(uri, [uri])).toBe(true)
    expect(formTarget(uri)).not.toMatch(/[;,\s'"]/)
  })

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'vbscript:x',
    'blob:https://a.example/x',
    'about:blank',
    'ftp://a.example/',
    'mailto:a@b.example',
    'intent://x#Intent;end',
    'ms-msdt:x',
    'view-source:https://a.example/',
    'unknown://callback',
    'http://evil.example/cb',
    'http://localhost.evil.example/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://127.0.0.2/cb',
    'http://0.0.0.0/cb',
    'http://localhost:80@evil.example/',
    'http://x@127.0.0.1/cb',
    'http://127.0.0.1\\@evil.example/',
    'http://127.0.0.1/cb#fragment',
    'https://a.example/cb#',
    'https://user:pass@a.example/cb',
    'https://@a.example/cb',
    'https://*.example.com/cb',
    'https://a.example;script-src/cb',
    'https:a.example/cb',
    'https:///a.example/cb',
    'https://a.example/c b',
    'https://a.example/cb\n',
    ' https://a.example/cb',
    'https://bücher.example/cb',
    '//a.example/cb',
    '/cb',
    'cursor://user@host/cb',
    'com.example.app:',
    '',
    'x'.repeat(2000),
    42,
    null,
  ])('%s may not', async (uri) => {
    expect(redirectProblem(uri)).toBeTypeOf('string')
    const { send } = createSite()
    const response = await send('/register', jsonBody({ redirect_uris: ['https://good.example/', uri] }))
    expect(response.status).toBe(400)
  })

  it.each([
    ['a suffix', 'https://client.example/cb/more'],
    ['a suffix of the host', 'https://client.example.evil.example/cb'],
    ['a prefix of the host', 'https://evilclient.example/cb'],
    ['less', 'https://client.example/'],
    ['a slash more', 'https://client.example/cb/'],
    ['a query', 'https://client.example/cb?next=https://evil.example'],
    ['a fragment', 'https://client.example/cb#x'],
    ['user info', 'https://evil@client.example/cb'],
    ['another port', 'https://client.example:444/cb'],
    ['the default port', 'https://client.example:443/cb'],
    ['http', 'http://client.example/cb'],
    ['other case', 'https://CLIENT.example/cb'],
    ['dot segments', 'https://client.example/x/../cb'],
    ['an encoded dot segment', 'https://client.example/%2e/cb'],
    ['a backslash', 'https://client.example\\cb'],
    ['loopback', 'http://127.0.0.1/cb'],
  ])('with %s is foreign: a page, no redirect', async (_, uri) => {
    const { send } = createSite()
    const client = await register(send, { redirect_uris: ['https://client.example/cb'] })
    const response = await send(authorizePath({ ...client, redirectUri: uri }))
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
  })

  it.each([
    ['http://127.0.0.1/cb', 'http://127.0.0.1:50123/cb', true],
    ['http://127.0.0.1:1/cb?a=b', 'http://127.0.0.1:2/cb?a=b', true],
    ['http://127.0.0.1:9/cb', 'http://127.0.0.1/cb', true],
    ['http://[::1]:1/cb', 'http://[::1]:2/cb', true],
    ['http://localhost:1/cb', 'http://localhost:2/cb', true],
    ['http://localhost:1/cb', 'http://127.0.0.1:1/cb', false],
    ['http://127.0.0.1/cb', 'http://[::1]/cb', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:1/other', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:1/cb?x', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:1/x/../cb', false],
    ['http://127.0.0.1/cb', 'http://x@127.0.0.1:1/cb', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:1/cb#x', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:999999/cb', false],
    ['https://localhost/cb', 'https://localhost:1/cb', false],
    ['https://a.example/cb', 'https://a.example:1/cb', false],
    ['com.example.app://x/cb', 'com.example.app://x:1/cb', false],
  ])('registered as %s, asked for as %s: %s', (registered, asked, fits) => {
    expect(matchesRedirect(asked, [registered])).toBe(fits)
  })

  it('keeps its own query when an answer is put on it', () => {
    const answer = { code: 'a b', state: undefined, iss: 'https://x.example' }
    const suffix = 'code=a+b&iss=https%3A%2F%2Fx.example'
    expect(redirectWith('https://a.example/cb', answer)).toBe(`https://a.example/cb?${suffix}`)
    expect(redirectWith('https://a.example/cb?a=%20', answer)).toBe(`https://a.example/cb?a=%20&${suffix}`)
    expect(redirectWith('com.example.app:/cb', answer)).toBe(`com.example.app:/cb?${suffix}`)
  })

  it('never leads elsewhere, whatever it is', () => {
    const piece = fc.constantFrom(
      'http',
      'https',
      ':',
      '/',
      '//',
      '@',
      '\\',
      '127.0.0.1',
      'evil.example',
      '#',
      '?',
      '.',
      '%',
      ' ',
      ':80',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const uri = pieces.join('')
        if (redirectProblem(uri) !== undefined || !uri.startsWith('http:')) return
        expect(new URL(uri).hostname).toBe('127.0.0.1')
      }),
      { numRuns: runs(3000) },
    )
  })
})

describe('the address of a client', () => {
  const env = (remoteAddress?: string) => ({ incoming: { socket: { remoteAddress } } })
  const forwarded = (value: string) => new Headers({ 'x-forwarded-for': value })

  it('is that of the connection, and behind a trusted proxy the last entry', () => {
    expect(clientAddress(forwarded('6.6.6.6'), env('192.0.2.1'), false)).toBe('192.0.2.1')
    expect(clientAddress(forwarded('6.6.6.6, 198.51.100.1'), env('192.0.2.1'), true)).toBe('198.51.100.1')
    expect(clientAddress(new Headers(), env('192.0.2.1'), true)).toBe('192.0.2.1')
    expect(clientAddress(forwarded('6.6.6.6, junk'), env('192.0.2.1'), true)).toBe('192.0.2.1')
    expect(clientAddress(forwarded('6.6.6.6:1234'), env(), true)).toBe('6.6.6.6')
    expect(clientAddress(forwarded('[2001:db8::1]:1234'), env(), true)).toBe('2001:db8::1')
    expect(clientAddress(new Headers(), env('::ffff:192.0.2.1'), false)).toBe('192.0.2.1')
    expect(clientAddress(new Headers(), undefined, true)).toBe('unknown')
  })

  it('counts by network on IPv6', () => {
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(networkOf('2001:0DB8:1:2::6')).toBe('2001:db8:1:2::/64')
    expect(networkOf('2001:db8::6')).toBe('2001:db8:0:0::/64')
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
  })
})
