import { generateKey } from 'cloudways-tools/crypto'
import { readConfig } from 'cloudways-tools/server'
import { expect, it } from 'vitest'
import { policyOf } from '../../../src/server/config/config.ts'
import { refusal } from './support.ts'

const key = generateKey()

it('needs no variable at all', () => {
  const config = readConfig({})
  expect(config).toMatchObject({ port: 7000, host: '127.0.0.1', readOnly: false, preset: 'core' })
  expect(config.authBaseUrl).toBe('http://localhost:7000')
  expect(config.redisUrl).toBeUndefined()
})

it('takes an empty variable as not set, and derives the public URL from the port', () => {
  expect(readConfig({ REVEAL_SECRETS: '', PORT: '8080', REDIS_URL: ' ' })).toMatchObject({
    revealSecrets: false,
    authBaseUrl: 'http://localhost:8080',
    redisUrl: undefined,
  })
})

it.each('READ_ONLY TOOLSETS TOOLS EXCLUDE_TOOLS SERVERS APPS PROTECT CONFIRM AUDIT_FILE'.split(' '))(
  'refuses %s when it is set and empty: it would silently be off',
  (name) => {
    for (const text of ['', ' ', '\t\n', ',', ' , ,']) {
      expect(refusal({ [name]: text })).toBe(
        `${name} is set, and empty: it would hold nothing back. Give it a value, or unset it.`,
      )
    }
    expect(readConfig({ [name]: undefined })).toEqual(readConfig({}))
  },
)

it('leaves a guard that is not set undefined, and makes no empty list of it', () => {
  expect(policyOf(readConfig({}), 'refuse')).toEqual({
    servers: undefined,
    apps: undefined,
    protect: undefined,
    confirm: 'disruptive',
    confirmBy: 'auto',
    confirmFallback: 'refuse',
    backupHours: 24,
  })
  expect(policyOf(readConfig({ SERVERS: '70011' }), 'refuse').servers).toEqual(['70011'])
})

it.each<[Record<string, string>, string]>([
  [
    { CLOUDWAYS_EMAIL: 'a@b.co' },
    'CLOUDWAYS_API_KEY is missing: CLOUDWAYS_EMAIL and CLOUDWAYS_API_KEY go together. Set it.',
  ],
  [
    { CLOUDWAYS_ACCESS_TOKEN: 'cw_abcdefgh', CLOUDWAYS_EMAIL: 'a@b.co', CLOUDWAYS_API_KEY: 'abcdefgh' },
    'CLOUDWAYS_ACCESS_TOKEN and CLOUDWAYS_EMAIL with CLOUDWAYS_API_KEY are both set, but two accounts are named. Unset one of them.',
  ],
  [
    { REDIS_URL: 'redis://h', STORAGE_DIR: 'd', ENCRYPTION_KEY: key },
    'REDIS_URL and STORAGE_DIR are both set, but state is kept in one place. Unset one of them.',
  ],
  [
    { PRESET: 'all', TOOLSETS: 'servers' },
    'PRESET and TOOLSETS are both set, but both choose the visible tools. Unset one of them.',
  ],
  [
    { CONFIRM: 'never', CONFIRM_FALLBACK: 'refuse' },
    'CONFIRM=never and CONFIRM_FALLBACK are both set, but without PROTECT nobody is ever asked. Unset one of them.',
  ],
  [
    { CONFIRM: 'never', CONFIRM_BY: 'page' },
    'CONFIRM=never and CONFIRM_BY=page are both set, but without PROTECT nobody is ever asked. Unset one of them.',
  ],
  [
    { CONFIRM_BY: 'page', CONFIRM_FALLBACK: 'two-step' },
    'CONFIRM_BY=page and CONFIRM_FALLBACK=two-step are both set, but the page is the only way then. Unset one of them.',
  ],
  [
    { SECOND_YES: 'destructive', ENABLE_OAUTH_AUTH: 'false' },
    'SECOND_YES asks two people on the pages of the sign-in, which ENABLE_OAUTH_AUTH=false leaves away. Unset one of them.',
  ],
  [
    { SECOND_YES: 'destructive', CONFIRM_FALLBACK: 'refuse' },
    'SECOND_YES asks two people on the pages of the sign-in, which CONFIRM_FALLBACK=refuse leaves away. Unset one of them.',
  ],
  [
    { AUDIT_ARGUMENTS: 'true' },
    'AUDIT_FILE is missing: AUDIT_ARGUMENTS writes the arguments there, and nowhere else. Set it, or unset AUDIT_ARGUMENTS.',
  ],
  [
    { AUDIT_FILE: 'x.log', LOG_FILE: './x.log' },
    'AUDIT_FILE and LOG_FILE are both set, but they name one file. Unset one of them.',
  ],
  [
    { STORAGE_DIR: 'd' },
    'ENCRYPTION_KEY is missing: with STORAGE_DIR, state is kept outside this process. Make a key with `npx cloudways-tools keygen`, and set ENCRYPTION_KEY to it.',
  ],
  [
    { ENCRYPTION_KEY: `${key}, ${key.slice(1)}` },
    'ENCRYPTION_KEY (key 2 of 2): The encryption key has 43 characters. A key has 44. Make a key with `npx cloudways-tools keygen`, and set ENCRYPTION_KEY to it.',
  ],
])('refuses values that do not go together: %#', (env, line) => {
  expect(refusal(env)).toBe(line)
})
