import { addressText, queryText, settingsText } from 'cloudways-tools'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { fingerprint } from '../../src/core/answer/fingerprint.ts'
import { redact } from '../../src/core/answer/redact.ts'
import { redactText } from '../../src/core/answer/secret-net.ts'
import { poolText, visitorUrl, withoutLogins } from '../../src/core/answer/written.ts'
import { share } from '../support/deep.ts'
import { setUp } from '../support/toolkit.ts'

describe('the fingerprint of a query', () => {
  it.each([
    ["SELECT * FROM users WHERE mail = 'ann@example.com'", 'SELECT * FROM users WHERE mail = ?'],
    ['SELECT * FROM `wp_users` WHERE `user_pass` = "x"', 'SELECT * FROM `wp_users` WHERE `user_pass` = ?'],
    ["UPDATE t SET a = 'it''s', b = 'it\\'s', c = \"a\"\"b\"", 'UPDATE t SET a = ?, b = ?, c = ?'],
    ['WHERE id IN (1, 2,3 , 4)', 'WHERE id IN (?)'],
    ["INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y'),(3, NULL)", 'INSERT INTO t (a, b) VALUES (?),(?, NULL)'],
    ["INSERT INTO t VALUES (1,'x'),(2,'y')", 'INSERT INTO t VALUES (?)'],
    ["WHERE a = 0xDEADBEEF AND b = x'41' AND c = 0b101", 'WHERE a = ? AND b = ? AND c = ?'],
    ['WHERE a > -1.5e-3 AND b < .5 LIMIT 0, 10', 'WHERE a > -? AND b < ? LIMIT ?, ?'],
    ["SELECT _utf8mb4'x', N'y' FROM t1 JOIN wp_2_posts", 'SELECT ?, ? FROM t1 JOIN wp_2_posts'],
    ['SELECT 1 /* user=ann, token=x */ FROM t -- by ann\nWHERE 1 # note', 'SELECT ? FROM t WHERE ?'],
    ['SELECT a--1 FROM t', 'SELECT a--? FROM t'],
    ["SET PASSWORD FOR 'bob'@'%' = PASSWORD('x')", 'SET PASSWORD FOR ?@? = PASSWORD(?)'],
    ["SELECT * FROM t WHERE a = 'cut off he", 'SELECT * FROM t WHERE a = ?'],
    ['SELECT * FROM t /* cut off', 'SELECT * FROM t'],
    // Read with the backslash as a letter, `secret` stands outside of the texts.
    ["SELECT 'C:\\' , 'secret', 'b'", 'SELECT ?'],
    ['SELECT `a``b` FROM `strange ? name`', 'SELECT `a``b` FROM `strange ? name`'],
    ['Execution Time', 'Execution Time'],
    ['3.1', '3.1'],
    ['2026-08-05 23:19:06', '2026-08-05 23:19:06'],
  ])('of %j is %j', (query, expected) => expect(fingerprint(query)).toBe(expected))

  it('holds no value, however MySQL may write it', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9+/=!#$%*~^_-]{10,30}$/)
    const write = fc.constantFrom(
      (text: string) => `'${text}'`,
      (text: string) => `"${text}"`,
      (text: string) => `'it''s ${text}'`,
      (text: string) => `'it\\'s ${text}'`,
      (text: string) => `"a \\"quoted\\" ${text}"`,
      (text: string) => `'a:1:{s:8:"password";s:9:"${text}";}'`,
      (text: string) => `_binary '${text}'`,
      (text: string) => `'{"key": "${text}"}'`,
      (text: string) => `0x${Buffer.from(text).toString('hex')}`,
    )
    const query = fc
      .tuple(fc.array(fc.tuple(value, write), { minLength: 1, maxLength: 5 }), fc.boolean())
      .map(([values, cut]) => ({
        values: values.map(([text]) => text),
        text: `SELECT * FROM \`t\` WHERE a IN (${values.map(([text, form]) => form(text)).join(', ')})${cut ? " AND b = 'x" : ''}`,
      }))
    fc.assert(
      fc.property(query, ({ values, text }) => {
        const safe = fingerprint(text)
        for (const one of values) {
          expect(safe).not.toContain(one)
          expect(safe).not.toContain(Buffer.from(one).toString('hex'))
        }
        expect(safe).toContain('SELECT * FROM `t` WHERE a IN (')
      }),
    )
  })
})

const token = 'aB3cD4eF5gH6jK7mN8pQ9r'

describe('an address of a visitor', () => {
  it.each([
    [`/?key=${token}&page=2`, '/?key=[hidden]&page=2'],
    [
      `/a?x=1&amp;sid=abc&s=blue+shoes#access_token=${token}`,
      '/a?x=1&amp;sid=[hidden]&s=blue+shoes#access_token=[hidden]',
    ],
    ['/?q=donaudampfschifffahrtsgesellschaft', '/?q=[hidden]'],
    [
      '/?email=ann%40example.com&utm_campaign=summer-sale-2026',
      '/?email=[hidden]&utm_campaign=summer-sale-2026',
    ],
    [`/reset/${token}`, '/reset/[hidden]'],
    ['/invite/Ab12cd', '/invite/[hidden]'],
    ['/orders/b1946ac9-2492-4d23-8f5a-6f0f8d1c5f1c/pdf', '/orders/[hidden]/pdf'],
    [`/download?${token}`, '/download?[hidden]'],
    ['/product/blue-shoes-for-the-summer-of-2026/', '/product/blue-shoes-for-the-summer-of-2026/'],
    [
      '/wp-content/uploads/2026/08/IMG_20260805_231906.jpg',
      '/wp-content/uploads/2026/08/IMG_20260805_231906.jpg',
    ],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', undefined],
    ['/shop?orderby=price&paged=3&min_price=10', undefined],
    [`https://me:${token}@example.com/a.git`, 'https://[hidden]@example.com/a.git'],
    ['git@github.com:acme/shop.git', undefined],
    ['198.51.100.23', undefined],
  ])('%j leaves as %j', (url, expected = url) => {
    expect(visitorUrl(url)).toBe(expected)
    expect(visitorUrl(visitorUrl(url))).toBe(expected)
  })
})

it('the settings of a pool leave without what may be secret in them', () => {
  const text = [
    'pm.max_children = 20',
    'env[DB_HOST] = 10.0.0.1',
    'env[STRIPE] = "abc def"',
    'php_admin_value[memory_limit] = 256M',
    'php_value[session.save_path] = "tcp://r:6379?auth=hunter2&database=1"',
    'php_admin_value[smtp.password] = hunter2',
    'php_value session.save_path "tcp://r:6379?auth[]=ann&auth[]=hunter2"',
    'SetEnv MODE hunter2',
    'fastcgi_param APP_KEY hunter2;',
    'php_value[mysqli.default_host] = mysql://app:hunter2@db/shop',
  ].join('\n')
  const safe = poolText(text)
  expect(safe).not.toMatch(/hunter2|abc def|10\.0\.0\.1/)
  for (const kept of [
    'pm.max_children = 20',
    'env[DB_HOST] =',
    'memory_limit] = 256M',
    'database=1',
    'SetEnv MODE',
  ])
    expect(safe).toContain(kept)
})

describe('a mark', () => {
  const table = { slow: { header: ['Query', 'Time'], body: [["SELECT 'a-value'", '3.1', 4]] } }
  it.each([
    ['a field', z.looseObject({ q: queryText(z.string()).optional() }), { q: "a = 'x'" }, { q: 'a = ?' }],
    [
      'a whole table',
      queryText(z.unknown()),
      table,
      { slow: { header: ['Query', 'Time'], body: [['SELECT ?', '3.1', 4]] } },
    ],
    ['a list', z.array(addressText(z.string()).describe('x')), [`/?key=${token}`], ['/?key=[hidden]']],
    [
      'settings',
      z.looseObject({ s: settingsText(z.string()).nullable() }),
      { s: 'env[A] = b' },
      { s: 'env[A] = [hidden]' },
    ],
  ])('on %s decides in the schema', (_, schema, value, expected) =>
    expect(redact(value, { schema })).toEqual(expected),
  )
})

const repeated = [
  'x',
  "'",
  '"',
  '`',
  "\\'",
  "''",
  '/*',
  '--',
  '?a=',
  '/a',
  '&',
  '?',
  '&a',
  '#',
  '%',
  'a/',
  '/reset/',
  ':a',
  'env[',
  'php_value ',
  '0x',
  '(?, ',
  ' ',
  'a://',
  '%41',
]

// A reader that is slow for one of them needs minutes.
it.each(share(repeated, 3))('texts made of many %j are read in time', (part) => {
  const many = part.repeat(300_000 / part.length)
  for (const read of [fingerprint, visitorUrl, poolText, withoutLogins, redactText])
    for (const end of ['', '=', '@', "'", ' ', '&x'])
      expect(typeof read(`https://a${many}${end}`)).toBe('string')
})

it.each([
  `/find?${'?'.repeat(9000)}token=a1b2`,
  `/find${'?'.repeat(40_000)}a1b2`,
  `/find?q=${'a-'.repeat(200_000)}%zz-a1b2`,
  `/${'a-'.repeat(3000)}a1b2`,
  `/find?${'a-'.repeat(3000)}a1b2`,
])('the end of a long address is hidden too: %#', (address) => {
  const safe = visitorUrl(address.replace('a1b2', 'Zx81hQ0pLw72TnVb44Rk'))
  expect(safe).not.toContain('Zx81hQ0pLw72TnVb44Rk')
  expect(safe).toContain('[hidden]')
})

describe('addresses that the person who decides reads', () => {
  it.each([
    ['https://oauth2:glpat-canary@gitlab.com/a/shop.git', 'https://[hidden]@gitlab.com/a/shop.git'],
    ['http://canary@host:8080/a?ref=main', 'http://[hidden]@host:8080/a?ref=main'],
    ['https://me:can@ary@host/a', 'https://[hidden]@host/a'],
    ['ssh://git:canary@host/a.git', 'ssh://git:[hidden]@host/a.git'],
    ['https://host/a?private_token=canary&ref=x', 'https://host/a?private_token=[hidden]&ref=x'],
    ['ssh://git@host/a.git', 'ssh://git@host/a.git'],
    ['git@github.com:acme/ghp_0123456789abcdef.git', 'git@github.com:acme/ghp_0123456789abcdef.git'],
    ['https://eyjaaaaaaaaa.example/d41d8cd98f00b204e9800998ecf8427e', undefined],
  ])('%s lose logins and tokens only', (address, safe = address) => {
    expect(withoutLogins(address)).toBe(safe)
  })
})

describe('the tools', () => {
  it('answer queries without values, addresses without tokens, and pools without environment', async () => {
    const { cloudways, sandbox } = setUp()
    const { id: server_id, apps } = (await cloudways.call('list_servers', { detail: 'full' })).servers[0] as {
      id: string
      apps: { id: string }[]
    }
    const target = { server_id, app_id: apps[0]?.id as string, duration: '1h' } as const
    const answers = [
      await cloudways.call('get_app_analytics_mysql', { ...target, resource: 'slow_queries' }),
      await cloudways.call('get_app_analytics_mysql', { ...target, resource: 'running_queries' }),
      await cloudways.call('get_app_analytics_traffic', { ...target, resource: 'top_urls' }),
      await cloudways.call('get_app_fpm_settings', { server_id, app_id: target.app_id }),
    ]
    for (const { operation_id } of answers.slice(0, 3) as { operation_id: string }[])
      answers.push(await cloudways.call('get_operation', { operation_id }))
    const text = JSON.stringify(answers)
    for (const kept of [
      'UPDATE `wp_users` SET user_pass = ?',
      'IN (?)',
      '3.1',
      'key=[hidden]',
      'env[DATABASE_URL]',
    ])
      expect(text).toContain(kept)
    for (const secret of sandbox.secrets) expect(text).not.toContain(secret)
  })
})
