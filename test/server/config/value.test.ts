import { generateKey } from 'cloudways-tools/crypto'
import { type Config, readConfig } from 'cloudways-tools/server'
import { expect, it, test } from 'vitest'
import * as z from 'zod'
import { variableList } from '../../../src/server/config/variables.ts'
import { refusal } from './support.ts'

const key = generateKey()

const wholeNumber = (least: number, most: number, standard: number) => [
  [String(least), least],
  ['abc', `'abc' is not a whole number from ${least} to ${most}. The default is ${standard}.`],
  [
    '4.4',
    `'4.4' is not a whole number from ${least} to ${most}. ${least > 4 ? `The smallest is ${least}.` : 'Did you mean 4?'}`,
  ],
  [String(most + 1), `'${most + 1}' is not a whole number from ${least} to ${most}. The largest is ${most}.`],
  [` ${least}\r\n`, least],
]
const decimal = (least: number, most: number, standard: number) => [
  ['1.5', 1.5],
  ['', standard],
  ['1.5s', `'1.5s' is not a number from ${least} to ${most}. Did you mean 1.5?`],
  ['-5', `'-5' is not a number from ${least} to ${most}. The smallest is ${least}.`],
  ['soon', `'soon' is not a number from ${least} to ${most}. The default is ${standard}.`],
]
const yesNo = [
  ['true', true],
  [' true ', true],
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
const entries = [
  ['my shop, 70024', ['my shop', '70024']],
  [',shop', 'has an empty entry. Separate the names with one comma each.'],
]
const noPattern = [
  ...entries,
  ['shop,*prod*', "'*prod*' is not what it takes: ids or labels, without *. Fix it, or unset it."],
]

const noFile = [
  ['', undefined],
  ['/nowhere/secret', "the file can't be read (ENOENT). Give the path of a file that this process may read."],
]

/** For every variable: texts, and the value of each. A result with a blank in it is the sentence of a refusal. */
const cases: Record<string, [string, unknown][]> = {
  CLOUDWAYS_ACCESS_TOKEN: [
    ['cw_abcdefgh', 'cw_abcdefgh'],
    [' cw_abcdefgh ', 'cw_abcdefgh'],
    [
      'cw_abc def',
      'A blank, or a character that no access token has, is in it. Copy it again. Fix it, or unset it.',
    ],
  ],
  CLOUDWAYS_TOKEN_FILE: noFile as never,
  CLOUDWAYS_API_KEY_FILE: noFile as never,
  REDIS_URL_FILE: noFile as never,
  ENCRYPTION_KEY_FILE: noFile as never,
  CLOUDWAYS_EMAIL: [
    [
      'me',
      'This is not the email address of an account. Give that of the Cloudways account. Fix it, or unset it.',
    ],
  ],
  CLOUDWAYS_API_KEY: [
    ['ä secret', 'Give the whole API key: 8 to 256 letters and digits, without blanks. Fix it, or unset it.'],
  ],
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
    ['cor', "'cor' is none of core, all, search. Did you mean core?"],
    ['search', 'search'],
  ],
  TOOLSETS: names as never,
  TOOLS: names as never,
  EXCLUDE_TOOLS: names as never,
  READ_ONLY: yesNo as never,
  REVEAL_SECRETS: yesNo as never,
  WAIT_SECONDS: decimal(0, 3600, 25) as never,
  ANSWER_TOKENS: wholeNumber(500, 1_000_000, 10_000) as never,
  STRUCTURED_CONTENT: yesNo as never,
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
  CONFIRM_BY: [
    ['page', 'page'],
    ['pages', "'pages' is none of auto, page. Did you mean page?"],
  ],
  SECOND_YES: [
    ['destructive', 'destructive'],
    ['destuctive', "'destuctive' is none of destructive. Did you mean destructive?"],
    ['true', "'true' is none of destructive. Fix it, or unset it."],
    ['disruptive', "'disruptive' is none of destructive. Did you mean destructive?"],
  ],
  CHANGE_WINDOWS: [
    ['shop:never', 'shop:never'],
    ['satt 02:00-03:00', "column 1, 'satt': that is no day. Did you mean sat? Fix it, or unset it."],
  ],
  CHANGE_BUDGET: [
    ['20', 20],
    ['0', "'0' is not a whole number from 1 to 1000. The smallest is 1."],
    ['1001', "'1001' is not a whole number from 1 to 1000. The largest is 1000."],
  ],
  RULES_SHADOW: [
    ['windows, budget', ['windows', 'budget']],
    ['scope', "'scope' is not what it takes: windows, budget. Fix it, or unset it."],
  ],
  ACCOUNT_NAME: [
    ['agency', 'agency'],
    ['The Agency', 'must have 1 to 40 lower case letters, digits, - and _. Fix it, or unset it.'],
  ],
  APPROVAL_WEBHOOK: [
    [
      'http://hooks.example.com',
      'must be an https URL; http is for this machine only. For example https://hooks.example.com/approvals.',
    ],
  ],
  APPROVAL_WEBHOOK_SECRET: [['short', 'must have at least 16 characters. Fix it, or unset it.']],
  APPROVAL_WEBHOOK_SECRET_FILE: noFile as never,
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
    [' https://mcp.example.com ', 'https://mcp.example.com'],
  ],
  TRUST_PROXY: yesNo as never,
  METRICS: yesNo as never,
  REDIS_URL: [
    [
      'localhost:6379',
      'must be a URL that begins with redis:// or rediss://. For example redis://localhost:6379/0.',
    ],
    [
      'redis://localhost/cache',
      'must end with host, port and the number of a database. For example redis://localhost:6379/0.',
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
  RATE_LIMIT_TOTAL: [
    ['50', 50],
    ['0', "'0' is not a whole number from 1 to 1000000. The smallest is 1."],
  ],
  RATE_LIMIT_WAIT: decimal(0, 3600, 20) as never,
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
    ['warn', "'warn' is none of DEBUG, INFO, WARNING, ERROR. Did you mean WARNING?"],
  ],
  LOG_FORMAT: [['jsno', "'jsno' is none of console, json. The default is console."]],
  OUTSIDE_CHECKS: [['false', false], ...yesNo.slice(4)] as never,
  JOURNAL_DAYS: decimal(1, 365, 30) as never,
  LOG_FILE: [['server.log', 'server.log']],
}

const optionOf = (name: string) =>
  name.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof Config

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

it('never repeats a secret, wherever it landed', () => {
  const token = 'cw_canary0123456789'
  for (const [name, { schema: made, secret }] of variableList) {
    const schema = made()
    if (!secret && (schema instanceof z.ZodString || schema instanceof z.ZodArray)) continue
    expect(refusal({ [name]: `${token} x` })).not.toContain('canary')
  }
  expect(refusal({ REDIS_URL: 'http://:canary@h' })).not.toContain('canary')
  expect(refusal({ ENCRYPTION_KEY: 'canary' })).not.toContain('canary')
})
