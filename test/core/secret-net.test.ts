import { redactText } from 'cloudways-tools'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from '../../src/core/answer/redact.ts'
import { share } from '../support/deep.ts'

const canary = 'Canary4711xyzCanary4711'
const hidden = '[hidden]'
/** The samples are put together from pieces, so that no scanner of secrets takes one for a real secret. */
const token = (...parts: string[]) => parts.join('')

const secrets: [string, string][] = [
  ['a setting', `DB_PASS=${canary}`],
  ['a setting with blanks', `db_pass = ${canary}`],
  ['a setting in YAML', `mysql_pass: ${canary}`],
  ['a setting in camel case', `dbPass=${canary}`],
  ['another in camel case', `userPwd: ${canary}`],
  ['a query', `?user=x&pass=${canary}&y=2`],
  ['JSON', `{"pass":"${canary}","otp": "${canary}"}`],
  ['a phrase in quotes', `password="correct ${canary} it's staple"`],
  ['a phrase in single quotes', `password: 'correct "${canary}" staple'`],
  ['an array of PHP', `'password' => '${canary}',`],
  ['a key of AWS', `AWS_SECRET_ACCESS_KEY=${canary}`],
  ['an encryption key', `ENCRYPTION_KEY=${canary}`],
  ['a private key in one line', `private_key=${canary}`],
  ['a key of an app', `APP_KEY=base64:${canary}`],
  ['a signing key', `signing-key: ${canary}`],
  ['a salt', `NONCE_SALT=${canary}`],
  ['a code', `otp=${canary}`],
  ['a token in YAML', `auth_token: ${canary}`],
  ['a token in camel case', `refreshToken: "${canary}"`],
  ['a header', `x-api-key: ${canary}`],
  ['a header with a scheme', `Authorization: Token ${canary}`],
  ['a header with a short value', 'Authorization: Bearer Canary'],
  ['a header without a scheme', `authorization=${canary}`],
  ['a header in JSON', `{"Authorization":"Token ${canary}"}`],
  ['a user of a URL', `https://${canary}@github.com/acme/shop.git`],
  ['a short one', 'https://ghp_CanaryCanary@github.com/'],
  ['a link with a token', `https://example.com/reset?token=${canary}`],
  ['a reset of WordPress', `/wp-login.php?action=rp&key=${canary}&login=ann`],
  ['wp-config.php', `define('DB_PASSWORD', '${canary}');\ndefine( "AUTH_KEY",  "a'b ${canary}" );`],
  ['SQL', `CREATE USER bob IDENTIFIED BY '${canary}'`],
  ['SQL with a plugin', `ALTER USER bob IDENTIFIED WITH caching_sha2_password BY "${canary}"`],
  ['SQL with quotes inside', `IDENTIFIED BY 'it''s \\' ${canary}' REQUIRE SSL`],
  ['SQL that sets', `SET PASSWORD FOR bob = "${canary}"`],
  ['SQL that sets with a function', `SET PASSWORD FOR 'bob'@'%' = PASSWORD('${canary}')`],
  ['JSON with an escaped quote', JSON.stringify({ password: `x"${canary}` })],
  ['JSON in JSON with one', JSON.stringify(JSON.stringify({ password: `x"${canary}`, user: 'me' }))],
  ['a pair in JSON with one', JSON.stringify({ name: 'smtp_pass', value: `x"${canary}` })],
  ['a command', `mysql -u root -p${canary} shop`],
  ['a command with quotes', `mysqldump -u root -p'my ${canary}' shop`],
  ['an id of AWS', `using ${token('AK', 'IA')}CANARYCANARY4711 now`],
  ['a token of Stripe', `${token('sk_', 'live_')}${canary}`],
  ['a token of GitLab', `${token('glp', 'at-')}${canary}`],
  ['a token of GitHub', `${token('gh', 'p_')}${canary}`],
  ['a fine-grained one', `x${token('github_', 'pat_')}${canary}_more`],
  ['a token of Slack', `${token('xo', 'xb-')}12345678-${canary}`],
  ['another of Slack', `${token('xo', 'xp-')}12345678-${canary}`],
]

describe('free text', () => {
  it.each(secrets)('loses %s: %s', (_, text) => {
    // A value that was escaped twice can't be told from other text.
    const inside = text.includes('\\') ? [] : [JSON.stringify(text)]
    for (const whole of [text, `before ${text} after`, `\n${text}\n`, ...inside]) {
      expect(redactText(whole)).toContain(hidden)
      expect(redactText(whole)).not.toMatch(/canary/i)
    }
  })

  it.each(secrets)('is not changed by a second pass: %s', (_, text) => {
    const once = redactText(text)
    expect(redactText(once)).toBe(once)
  })

  it.each([
    'Unexpected token: }',
    'Parse error: unexpected token "foo" in x.php',
    'The password was reset. Passed: 3, first pass: done',
    'bypass=1 compass: north monkey=banana keyboard: us',
    '"password":"","user":"me"',
    '{"note":"Forgot password: ","user":"me"}',
    'public_key: ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ',
    '{"key":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5","ssh_keys":[]}',
    'meta_key=_thumbnail_id&meta_value=7',
    'https://example.com/?key=name&next_offset=40',
    'ssh://git@github.com/acme/shop.git',
    'git@github.com:acme/shop.git',
    'https://www.example.com:8080/path?user=me@example.com',
    'https://example.com?from=me@example.com',
    'mysql -u root -P 3306 -p shop',
    'mysql and php8.1-fpm were restarted',
    'authorization: required',
    'identified by its label: shop',
    'task_live_streaming_service desk_testing',
    'confirm: "0b8e7c8c-9f0e-4c7e-a0b5-3f8a1d1c2b3a NAME"',
    'Asia/Tokyo 2026-08-05 23:19:06',
  ])('keeps %j', (text) => expect(redactText(text)).toBe(text))

  const repeated = [
    'pass=',
    'pass= ',
    'pass"',
    'token',
    '_pass',
    'aPass',
    'api_key',
    'authorization: ',
    'authorization:token ',
    'https://',
    'https://a:',
    'identified by ',
    "identified by '",
    'identified with ',
    'set password for ',
    'set password for x ',
    "define('",
    "define('KEY'",
    'mysql ',
    'mysql -',
    "mysql -p'",
    'key=',
    'xoxb-',
    'github_pat_',
    ' ',
  ]
  it.each(share(repeated, 3))(
    'made of many %j is read in time: strangers write it', // A quadratic pattern needs minutes for it, and the test its whole time.
    (part) => expect(redactText(`password${part.repeat(300_000)}`).length).toBeGreaterThan(0),
  )
})

describe('a field', () => {
  it.each([
    ...['dbPass', 'DBPass', 'userPwd', 'user-pwd', 'api-key', 'x-api-key', 'signing_key', 'signingKey'],
    ...['auth_key', 'LOGGED_IN_KEY', 'salt', 'AUTH_SALT', 'otp', 'passcode', 'client.secret'],
  ])('called %s is hidden, whatever its value', (name) => {
    for (const value of [canary, 4711, [canary], { deep: canary }]) {
      expect(redact({ list: [{ [name]: value }] })).toEqual({ list: [{ [name]: hidden }] })
    }
  })

  it.each([
    ['password_set', 'A4'],
    ['secret_status', 'hunter2'],
    ['secret_type', 'Canary'],
    ['password_count', [canary]],
    ['password_enabled', { is: canary }],
    ['password_expires_at', 'summer-2026'],
    ['passwordSet', canary],
  ])('called %s is hidden when its value is a secret: %j', (name, value) =>
    expect(redact({ [name]: value })).toEqual({ [name]: hidden }),
  )

  it.each([
    ['password_set', true],
    ['password_set', 'no'],
    ['password_count', 3],
    ['secret_status', 'disabled'],
    ['token_expires_at', '2026-11-20'],
    ['token_expires_at', '2026-11-20T08:00:00.000Z'],
    ['token_expires_at', '2026-11-20 08:00:00+01:00'],
    ['api_key_expires_in', null],
    ['key', 'ssh-rsa AAAA'],
    ['keys', ['ssh-rsa AAAA']],
    ['ssh_keys', [{ id: '1', label: 'mine' }]],
    ['publicKey', 'ssh-rsa AAAA'],
    ['host_key', 'ssh-rsa AAAA'],
    ['next_offset', 40],
    ['default', 'x'],
    ['compass', 'north'],
    ['label', 'salt lake'],
  ])('called %s stays when its value is %j', (name, value) =>
    expect(redact({ [name]: value })).toEqual({ [name]: value }),
  )
})

it('a random value is hidden after every name, and in every way to write it', () => {
  const name = fc.constantFrom(
    ...['DB_PASS', 'password', 'api_key', 'x-api-key', 'AWS_SECRET_ACCESS_KEY', 'private_key', 'auth_token'],
  )
  const write = fc.constantFrom(
    (key: string, value: string) => `${key}=${value}`,
    (key: string, value: string) => `${key}: ${value}`,
    (key: string, value: string) => `?a=1&${key}=${value}&b=2`,
    (key: string, value: string) => JSON.stringify({ a: 1, [key]: value, b: 2 }),
    (key: string, value: string) => JSON.stringify(JSON.stringify({ [key]: value })),
    (key: string, value: string) => `'${key}' => '${value}'`,
  )
  fc.assert(
    fc.property(name, fc.stringMatching(/^[A-Za-z0-9+/=!#$%*~^_-]{12,40}$/), write, (key, value, form) => {
      expect(redactText(form(key, value))).not.toContain(value)
    }),
  )
})
