/** What can be seen to be wrong with credentials is refused before anything is sent, at every place that takes them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are variables that were not filled in
import { readFileSync, writeFileSync } from 'node:fs'
import { type Credentials, createCloudways, InputError } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { createSandbox } from 'cloudways-tools/sandbox'
import { readConfig } from 'cloudways-tools/server'
import { describe, expect, it } from 'vitest'
import { readConfigFile } from '../../src/cli/config-file.ts'
import { post, refusal } from '../adapters/http-support.ts'
import { authorizePath, createSite, openPage, register, submit } from '../server/oauth/support.ts'

const token = 'cw_canary0123456789'
const key = 'canary0123456789key'
const address = 'canary@agency.example'

const notFilledIn = [
  '${CLOUDWAYS_ACCESS_TOKEN}',
  '$CW_TOKEN',
  '%CW_TOKEN%',
  '{{ cloudways.token }}',
  '${{ secrets.CLOUDWAYS }}',
  '${input:cloudways}',
  '#{token}',
  '<your-token>',
  'CLOUDWAYS_ACCESS_TOKEN',
  'op://vault/cloudways/token',
]
const placeholders = [
  'cw_...',
  'cw_…',
  'cw_xxxxxxxxxxxx',
  'cw_your_access_token',
  'YOUR-API-KEY',
  '********',
  'null',
]

const accessTokens: [string, RegExp][] = [
  ...notFilledIn.map((text): [string, RegExp] => [text, /name of a variable or a placeholder/]),
  ...placeholders.map((text): [string, RegExp] => [text, /placeholder, or only a part/]),
  [`"${token}"`, /marks are around/],
  [`'${token}'`, /marks are around/],
  [`\u201c${token}\u201d`, /marks are around/],
  [`Bearer ${token}`, /words stand in front/],
  [`CLOUDWAYS_ACCESS_TOKEN=${token}`, /words stand in front/],
  [`x-cloudways-access-token: ${token}`, /words stand in front/],
  [key, /access token begins with cw_/],
  [address, /email address/],
  [`cwt_${key}`, /sign-in to this server/],
  ['cw_12', /not complete/],
  ['cw_canary 0123456789', /blank, or a character/],
]
const apiKeys: [string, RegExp][] = [
  ['${API_KEY}', /name of a variable/],
  ['your-api-key', /placeholder/],
  [`"${key}"`, /marks are around/],
  [`API_KEY=${key}`, /words stand in front/],
  [token, /is an access token/],
  [address, /email address/],
  ['canary', /whole API key/],
]
const addresses: [string, RegExp][] = [
  ['$EMAIL', /name of a variable/],
  [`'${address}'`, /marks are around/],
  [`mailto:${address}`, /words stand in front/],
  ['you@example.com', /not the email address/],
  ['canary', /not the email address/],
  [token, /is an access token/],
]

const cases: [what: string, given: Record<string, string>, message: RegExp][] = [
  ...accessTokens.map(([accessToken, message]) => [accessToken, { accessToken }, message] as never),
  ...apiKeys.map(([apiKey, message]) => [apiKey, { email: address, apiKey }, message] as never),
  ...addresses.map(([email, message]) => [email, { email, apiKey: key }, message] as never),
]

const variables = {
  accessToken: 'CLOUDWAYS_ACCESS_TOKEN',
  email: 'CLOUDWAYS_EMAIL',
  apiKey: 'CLOUDWAYS_API_KEY',
} as Record<string, string>
const headers = {
  accessToken: 'x-cloudways-access-token',
  email: 'x-cloudways-email',
  apiKey: 'x-cloudways-api-key',
} as Record<string, string>
const fields = { accessToken: 'access_token', email: 'email', apiKey: 'api_key' } as Record<string, string>

const renamed = (given: Record<string, string>, names: Record<string, string>) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [names[name] as string, value]))

const refusedWith = (message: RegExp, make: () => unknown) => {
  expect(make).toThrow(InputError)
  expect(make).toThrow(message)
  expect(make).not.toThrow(/canary/)
}

describe('credentials that can be seen to be wrong', () => {
  it.each(cases)('%s: in the environment', (_, given, message) => {
    refusedWith(message, () => readConfig(renamed(given, variables)))
  })

  it.each(cases)('%s: in the options', (_, given, message) => {
    refusedWith(message, () => createCloudways({ credentials: given as never }))
    refusedWith(message, () => createCloudways().withCredentials(given as never))
  })

  it.each(cases)('%s: from a function', async (_, given, message) => {
    const sandbox = createSandbox()
    const cloudways = createCloudways({ credentials: () => given as never, fetch: sandbox.fetch })
    await expect(cloudways.call('ping', {})).rejects.toThrow(message)
    expect(sandbox.requests).toEqual([])
  })

  it.each(cases.filter(([text]) => /^[!-~ ]*$/.test(text)))('%s: in headers', async (_, given, message) => {
    const sandbox = createSandbox()
    const handler = createMcpHandler({ cloudways: createCloudways(sandbox.options) })
    const answer = await refusal(await handler(post(renamed(given, headers))))
    expect(answer.status).toBe(400)
    expect(answer.message).toMatch(message)
    expect(answer.message).not.toContain('canary')
    expect(sandbox.requests).toEqual([])
  })

  it('on the sign-in page', async () => {
    const site = createSite()
    const page = await openPage(site.send, authorizePath(await register(site.send)))
    for (const [, given, message] of cases) {
      const response = await submit(site.send, page, renamed(given, fields))
      expect([given, response.status]).toEqual([given, 422])
      expect(await response.text()).toMatch(message)
    }
    expect(site.sandbox.requests).toEqual([])
  })

  it('in a file for --config, also inside of quotes that the file may have', () => {
    const path = `${process.env.TMPDIR ?? '/tmp'}/credential-form-${process.pid}.env`
    const read = (line: string) => {
      writeFileSync(path, line)
      const env = {}
      readConfigFile(path, env)
      return readConfig(env)
    }
    refusedWith(/marks are around/, () => read(`CLOUDWAYS_ACCESS_TOKEN='"${token}"'`))
    refusedWith(/name of a variable/, () => read("CLOUDWAYS_ACCESS_TOKEN='${TOKEN}'"))
    expect(read(`CLOUDWAYS_ACCESS_TOKEN="${token}"`).cloudwaysAccessToken).toBe(token)
  })
})

it('what the README shows in place of a token is refused', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const shown = [...readme.matchAll(/CLOUDWAYS_ACCESS_TOKEN"?[:=] ?"([^"$]+)"/g)].map(
    ([, value]) => value as string,
  )
  expect(shown).not.toEqual([])
  for (const accessToken of [...shown, 'YOUR_TOKEN']) {
    refusedWith(/./, () => createCloudways({ credentials: { accessToken } }))
  }
})

it('blanks and line ends around a value are not part of it', async () => {
  const sandbox = createSandbox()
  const { accessToken } = sandbox.credentials
  const options = { fetch: sandbox.fetch, apiUrl: sandbox.url }
  for (const credentials of [
    { accessToken: ` ${accessToken}\r\n` },
    () => ({ accessToken: `${accessToken}\n` }),
  ]) {
    const cloudways = createCloudways({ ...options, credentials: credentials as Credentials })
    expect(await cloudways.call('ping', {})).toMatchObject({ ok: true })
  }
})

it('a token of one hour from an exchange of one’s own is taken beside the name of its account', () => {
  const accessToken = 'd2a84f4b8b650937ec8f73cd8be2c74a'
  expect(() => createCloudways({ credentials: { accessToken } })).toThrow('begins with cw_')
  expect(() => createCloudways({ credentials: { accessToken, account: 'agency' } })).not.toThrow()
})

it('a variable that is not set is called missing, not empty', () => {
  const notSet = { credentials: { accessToken: undefined } } as never
  expect(() => createCloudways(notSet)).toThrow('credentials.accessToken is missing.')
})
