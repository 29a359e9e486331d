import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { InputError } from 'cloudways-tools'
import { generateKey } from 'cloudways-tools/crypto'
import { type Config, type Environment, readConfig } from 'cloudways-tools/server'
import { describe, expect, it, test } from 'vitest'
import * as z from 'zod'
import { policyOf } from '../../src/server/config/config.ts'
import { environmentHelp, printConfig } from '../../src/server/config/text.ts'
import { variableList } from '../../src/server/config/variables.ts'
import { envExample } from '../scripts/env-example.ts'

const key = generateKey()

/** The one line a person reads. */
function refusal(env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const line = `${error.message} ${error.next}`
    expect(line).not.toContain('\n')
    return line
  }
  return 'accepted'
}

const wholeNumber = (least: number, most: number, standard: number) => [
  [String(least), least],
  ['abc', `'abc' is not a whole number from ${least} to ${most}. The default is ${standard}.`],
  ['4.4', `'4.4' is not a whole number from ${least} to ${most}. Did you mean 4?`],
  [String(most + 1), `'${most + 1}' is not a whole number from ${least} to ${most}. Did you mean ${most}?`],
]
const decimal = (least: number, most: number, standard: number) => [
  ['1.5', 1.5],
  ['', standard],
  ['1.5s', `'1.5s' is not a number from ${least} to ${most}. Did you mean 1.5?`],
  ['-5', `'-5' is not a number from ${least} to ${most}. Did you mean ${least}?`],
  ['soon', `'soon' is not a number from ${least} to ${most}. The default is ${standard}.`],
]
const yesNo = [
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
  ['yes-please', "'yes-please' is neither true nor false (1 and 0 are accepted too). Did you mean true?"],
  ['TRUE', "'TRUE' is neither true nor false (1 and 0 are accepted too). Did you mean true?"],
  ['off', "'off' is neither true nor false (1 and 0 are accepted too). Did you mean false?"],
  ['2', "'2' is neither true nor false (1 and 0 are accepted too). Set true or false."],
]
const names = [
  ['servers, apps', ['servers', 'apps']],
  ['servers,,apps', 'has an empty entry. Separate the names with one comma each.'],
]
const notPrintable = 'must be 3 to 512 printable characters without blanks. Fix it, or unset it.'
const entries = [
  ['my shop, 70024', ['my shop', '70024']],
  [',shop', 'has an empty entry. Separate the names with one comma each.'],
]
const noPattern = [
  ...entries,
  ['shop,*prod*', "'*prod*' is not what it takes: ids or labels, without *. Fix it, or unset it."],
]

/** For every variable: values and what becomes of them; a text with a blank is a refusal. */
const cases: Record<string, [string, unknown][]> = {
  CLOUDWAYS_ACCESS_TOKEN: [
    ['cw_abcdef', 'cw_abcdef'],
    ['cw_abc def', notPrintable],
  ],
  CLOUDWAYS_EMAIL: [['me', 'must be an email address. Fix it, or unset it.']],
  CLOUDWAYS_API_KEY: [['ä secret', notPrintable]],
  CLOUDWAYS_API_URL: [
    ['https://api.cloudways.com/api/v1/', 'https://api.cloudways.com/api/v1'],
    ['http://localhost:9999', 'http://localhost:9999'],
    [
      'http://api.cloudways.com/api/v2',
      'must be an https URL: http is for this machine only. For example https://api.cloudways.com/api/v2.',
    ],
    [
      'api.cloudways.com',
      'must be a URL that begins with https:// or http://. For example https://api.cloudways.com/api/v2.',
    ],
  ],
  PRESET: [
    ['all', 'all'],
    ['cor', "'cor' is none of core, all. Did you mean core?"],
    ['search', "'search' is not supported by this version. Accepted: core, all."],
  ],
  TOOLSETS: names as never,
  TOOLS: names as never,
  EXCLUDE_TOOLS: names as never,
  READ_ONLY: yesNo as never,
  REVEAL_SECRETS: yesNo as never,
  WAIT_SECONDS: decimal(0, 3600, 25) as never,
  SERVERS: noPattern as never,
  APPS: noPattern as never,
  PROTECT: [...entries, ['*production*,my shop', ['*production*', 'my shop']]] as never,
  CONFIRM: [
    ['write', 'write'],
    ['never', 'never'],
    ['allways', "'allways' is none of write, disruptive, destructive, never. The default is disruptive."],
    ['disruptve', "'disruptve' is none of write, disruptive, destructive, never. Did you mean disruptive?"],
    ['read', "'read' is none of write, disruptive, destructive, never. The default is disruptive."],
  ],
  CONFIRM_FALLBACK: [
    ['two-step', 'two-step'],
    ['two_step', "'two_step' is none of two-step, page, refuse. Did you mean two-step?"],
    ['ask', "'ask' is none of two-step, page, refuse. Fix it, or unset it."],
  ],
  BACKUP_HOURS: decimal(0, 8760, 24) as never,
  AUDIT_FILE: [['./audit.jsonl', './audit.jsonl']],
  AUDIT_ARGUMENTS: [['false', false], ...yesNo.slice(4)] as never,
  HOST: [
    ['0.0.0.0', '0.0.0.0'],
    ['::1', '::1'],
    ['http://x', 'must be an IP address or host name, without port. Fix it, or unset it.'],
  ],
  PORT: wholeNumber(0, 65535, 7000) as never,
  AUTH_BASE_URL: [
    ['https://mcp.example.com/', 'https://mcp.example.com'],
    [
      'https://mcp.example.com/?a=b',
      'must have no user, password and query. For example https://mcp.example.com.',
    ],
    ['https://mcp.example.com/#a', 'must have no part after #. For example https://mcp.example.com.'],
  ],
  TRUST_PROXY: yesNo as never,
  METRICS: yesNo as never,
  REDIS_URL: [
    [
      'localhost:6379',
      'must be a URL that begins with redis:// or rediss://. For example redis://localhost:6379/0.',
    ],
  ],
  STORAGE_DIR: [],
  ENCRYPTION_KEY: [
    [key, key],
    [
      'secretsecret',
      'The encryption key has 12 characters. A key has 44. Make a key with `npx cloudways-tools keygen`, and set ENCRYPTION_KEY to it.',
    ],
  ],
  REDIS_POOL_SIZE: wholeNumber(1, 100_000, 500) as never,
  HTTP_TIMEOUT: decimal(0.1, 300, 15) as never,
  HTTP_POOL_SIZE: wholeNumber(1, 100_000, 500) as never,
  RATE_LIMIT_REQUESTS: wholeNumber(1, 1_000_000, 90) as never,
  RATE_LIMIT_WINDOW: decimal(1, 86_400, 60) as never,
  ENABLE_HEADER_AUTH: yesNo as never,
  ENABLE_OAUTH_AUTH: yesNo as never,
  AUTH_SESSION_TIMEOUT: wholeNumber(1, 86_400, 300) as never,
  AUTH_TOKEN_LIFETIME: wholeNumber(1, 86_400, 3600) as never,
  AUTH_POLL_INTERVAL: decimal(0.1, 60, 1) as never,
  MAX_AUTH_ATTEMPTS_PER_SESSION: wholeNumber(1, 1000, 3) as never,
  MAX_AUTH_ATTEMPTS_PER_IP: wholeNumber(1, 1000, 10) as never,
  AUTH_LOCKOUT_DURATION: wholeNumber(1, 86_400, 300) as never,
  LOG_LEVEL: [
    ['DEBUG', 'DEBUG'],
    ['LOUD', "'LOUD' is none of DEBUG, INFO, WARNING, ERROR. The default is INFO."],
    ['info', "'info' is none of DEBUG, INFO, WARNING, ERROR. Did you mean INFO?"],
  ],
  LOG_FORMAT: [['jsno', "'jsno' is none of console, json. The default is console."]],
  LOG_FILE: [['server.log', 'server.log']],
}

const optionOf = (name: string) =>
  name.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof Config

describe('readConfig', () => {
  it('has a case here for every variable', () => {
    expect(Object.keys(cases).sort()).toEqual(variableList.map(([name]) => name as string).sort())
  })

  for (const [name, rows] of Object.entries(cases)) {
    test.each(rows)(`${name}=%s`, (text, expected) => {
      if (typeof expected === 'string' && expected.includes(' ')) {
        expect(refusal({ [name]: text })).toBe(`${name}: ${expected}`)
      } else expect(readConfig({ [name]: text })[optionOf(name)]).toEqual(expected)
    })
  }

  it('works with nothing set', () => {
    const config = readConfig({})
    expect(config).toMatchObject({ port: 7000, host: '127.0.0.1', readOnly: false, preset: 'core' })
    expect(config.authBaseUrl).toBe('http://localhost:7000')
    expect(config.redisUrl).toBeUndefined()
  })

  it('takes an empty value for none, and derives the public URL from the port', () => {
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

  it('hands on guards that are not set as such, and not as empty ones', () => {
    expect(policyOf(readConfig({}), 'refuse')).toEqual({
      servers: undefined,
      apps: undefined,
      protect: undefined,
      confirm: 'disruptive',
      confirmFallback: 'refuse',
      backupHours: 24,
    })
    expect(policyOf(readConfig({ SERVERS: '70011' }), 'refuse').servers).toEqual(['70011'])
  })

  it.each([
    ['READONLY', 'READ_ONLY'],
    ['read_only', 'READ_ONLY'],
    ['REDIS_ULR', 'REDIS_URL'],
    ['REDIS_URI', 'REDIS_URL'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['TOOLSET', 'TOOLSETS'],
    ['EXCLUDE_TOOL', 'EXCLUDE_TOOLS'],
    ['ENCRYPTION_KEYS', 'ENCRYPTION_KEY'],
    ['CONFRIM', 'CONFIRM'],
    ['CONFIRM_FALBACK', 'CONFIRM_FALLBACK'],
    ['SERVER', 'SERVERS'],
    ['AUDITFILE', 'AUDIT_FILE'],
    ['CLOUDWAYS_TOKEN', 'CLOUDWAYS_ACCESS_TOKEN'],
    ['CLOUDWAYS_KEY', 'CLOUDWAYS_API_KEY'],
    ['CLOUDWAYS_MFA', undefined],
    ['CLOUDWAYS_ACCES_TOKEN', 'CLOUDWAYS_ACCESS_TOKEN'],
    ['CLOUDWAYS_READ_ONLY', 'READ_ONLY'],
  ])('refuses the name %s', (name, meant) => {
    const next = meant ? `Did you mean ${meant}?` : 'cloudways-tools --help lists the variables.'
    expect(refusal({ [name]: 'cw_value_of_a_secret' })).toBe(`There is no variable ${name}. ${next}`)
  })

  it("leaves other programs' variables alone", () => {
    const others =
      'PATH HOME HOSTNAME HOSTTYPE LOGNAME USER SHELL LANG TERM PWD EDITOR DISPLAY TZ CI NODE_ENV PROJECT APP ' +
      'PORTS DEBUG HTTP_PROXY HTTPS_PROXY NO_PROXY REDIS_HOST REDIS_PORT REDIS_TLS REDIS_PASSWORD DATABASE_URL ' +
      'KUBERNETES_PORT KUBERNETES_SERVICE_HOST npm_config_cache npm_package_name INIT_CWD GITHUB_TOKEN RESULT ' +
      'AUTH_TOKEN BASE_URL API_KEY SECRET_KEY STORAGE LOG_DIR LOGS TOOL VERSION PROFILE constructor __proto__'
    const env = Object.fromEntries(others.split(' ').map((name) => [name, 'value']))
    expect(readConfig(env).port).toBe(7000)
  })

  it('lets a near miss be where the right name is set too', () => {
    expect(readConfig({ LOG_LEVEL: 'ERROR', LOGLEVEL: 'verbose' }).logLevel).toBe('ERROR')
  })

  it.each<[Record<string, string>, string]>([
    [
      { CLOUDWAYS_EMAIL: 'a@b.co' },
      'CLOUDWAYS_API_KEY is missing: CLOUDWAYS_EMAIL and CLOUDWAYS_API_KEY go together. Set it.',
    ],
    [
      { CLOUDWAYS_ACCESS_TOKEN: 'cw_abcdef', CLOUDWAYS_EMAIL: 'a@b.co', CLOUDWAYS_API_KEY: 'abcdef' },
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
  ])('refuses what does not go together: %#', (env, line) => {
    expect(refusal(env)).toBe(line)
  })

  it('never repeats a secret, wherever it landed', () => {
    const token = 'cw_canary0123456789'
    for (const [name, { schema, secret }] of variableList) {
      if (!secret && (schema instanceof z.ZodString || schema instanceof z.ZodArray)) continue
      expect(refusal({ [name]: `${token} x` })).not.toContain('canary')
    }
    expect(refusal({ REDIS_URL: 'http://:canary@h' })).not.toContain('canary')
    expect(refusal({ ENCRYPTION_KEY: 'canary' })).not.toContain('canary')
  })
})

describe('the table as text', () => {
  it('prints the configuration with secrets masked', () => {
    const password = 'p%2Fcanary'
    const text = printConfig(
      readConfig({
        CLOUDWAYS_ACCESS_TOKEN: 'cw_canary',
        ENCRYPTION_KEY: key,
        REDIS_URL: `redis://user:${password}@host:6379/1?password=canary`,
        TOOLSETS: 'servers,apps',
      }),
    )
    expect(text).toContain('CLOUDWAYS_ACCESS_TOKEN=[hidden]\n')
    expect(text).toContain('REDIS_URL=redis://user:[hidden]@host:6379/1?[hidden]\n')
    expect(text).toContain('TOOLSETS=servers,apps\n# TOOLS=\n')
    expect(text).toContain('PORT=7000\n')
    expect(text).not.toContain('canary')
    expect(text).not.toContain(key)
    // Chosen by name: the preset is not in force.
    expect(text).toContain('# PRESET=\n')
    expect(text).toContain('CONFIRM=disruptive\n# CONFIRM_FALLBACK=\n')
  })

  it('prints what it can read again', () => {
    const env = {
      PORT: '8080',
      READ_ONLY: '1',
      TOOLSETS: 'servers',
      LOG_FORMAT: 'json',
      PROTECT: 'my shop,*live*',
      CONFIRM_FALLBACK: 'refuse',
    }
    const printed = printConfig(readConfig(env))
    expect(readConfig(parseEnv(printed) as Environment)).toEqual(readConfig(env))
  })

  it('is .env.example, up to date (vitest -u writes it)', async () => {
    await expect(envExample()).toMatchFileSnapshot('../../.env.example')
    const example = readFileSync('.env.example', 'utf8')
    expect(example).not.toMatch(/^[^#\n]/m)
  })

  it('has an .env.example whose every value is accepted, but for the choices between two', () => {
    const lines = envExample().replaceAll(/^# (?=[A-Z_]+=.)/gm, '')
    for (const [name, value] of Object.entries(parseEnv(lines))) {
      const needs: Record<string, string> =
        name === 'REDIS_URL' || name === 'STORAGE_DIR' ? { ENCRYPTION_KEY: key } : {}
      expect(refusal({ [name]: value as string, ...needs })).toBe('accepted')
    }
  })

  it('names every variable in the help', () => {
    const help = environmentHelp()
    for (const [name] of variableList) expect(help).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThan(260)
  })
})
