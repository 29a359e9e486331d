import { describe, expect, it } from 'vitest'
import { isHarmless, looksSecret, namedPairs, secretFieldsOf } from '../../../src/core/answer/secret-names.ts'

const keys =
  'api private access ssl encryption signing auth secret master session hmac jwt app nonce logged_in account license licence consumer service_role shared_access recovery crypt cipher stripe mailgun sendgrid aws s3'

describe('the name of a secret', () => {
  it.each([
    ...['password', 'my_password_now', 'passwd', 'passphrase', 'passcode', 'pass_word', 'pass_code', 'pwd'],
    ...[
      'pass',
      'db_pass',
      'dbpwd',
      'salt',
      'auth_salt',
      'otp',
      'my_otp',
      'passwort',
      'kennwort',
      'wachtwoord',
    ],
    ...['senha', 'contrasena', 'secret', 'mysecrets', 'secret_of_mine', 'token', 'mytokens'],
    ...[
      'bearer',
      'a_bearer_x',
      'authorization',
      'proxy_authorization_x',
      'webhook',
      'webhooks',
      'a_webhook_url',
    ],
    ...['credential', 'credentials', 'mycredentials', 'cookie', 'set_cookies'],
    ...keys.split(' ').flatMap((kind) => [`${kind}_key`, `x_${kind}key`, `${kind}_keys`]),
  ])('is known: %s', (name) => expect(looksSecret(name, 'open')).toBe(true))

  it.each([
    ...['compass', 'pass_count', 'passx', 'pwdx', 'basalt', 'salt_lake', 'saltx', 'otpx', 'hotp', 'passes'],
    ...[
      'key',
      'keys',
      'public_key',
      'ssh_keys',
      'api_key_id',
      'api_keysx',
      'token_id',
      'token_type',
      'tokensx',
      'tokenize',
    ],
    ...['credential_id', 'credentialsx', 'mycookie', 'cookie_id', 'cookiesx', 'user', 'author', ''],
  ])('is none: %s', (name) => expect(looksSecret(name, 'open')).toBe(false))

  it.each([
    ...[
      'dbPass',
      'DBPass',
      'SMTPPass',
      'db-pass',
      'db.pass',
      'db pass',
      'DB_PASS',
      'db2Pass',
      'XOtp',
      'zOtp',
      'aPass',
    ],
    ...['p\u200bass', 'API-KEY', 'ApiKey', 'myApi Key', 's3.key', 'APass', 'x-y-pass', 'comPASS'],
  ])('is known in any spelling: %j', (name) => expect(looksSecret(name, 'open')).toBe(true))

  it.each(['encomPass1', 'bypAss'])('is no part of a word: %s', (name) =>
    expect(looksSecret(name, 'open')).toBe(false),
  )

  it.each<[unknown, boolean]>([
    [null, false],
    ['', false],
    [true, false],
    [false, false],
    [0, true],
    [7, true],
    ['yes', true],
    [[], true],
    [{}, true],
    [undefined, true],
  ])('over %j: %s', (value, isSecret) => expect(looksSecret('password', value)).toBe(isSecret))

  it.each(['next_token', 'page_token', 'next_page_token', 'a_next_token', 'nextToken', 'page_page_token'])(
    'is none where the next page begins: %s',
    (name) => expect(looksSecret(name, 'open')).toBe(false),
  )

  it.each(['xnext_token', 'next_tokens', 'next_token_secret', 'next_x_token', 'spage_token', 'nexttoken'])(
    'is one that only resembles that of a page: %s',
    (name) => expect(looksSecret(name, 'open')).toBe(true),
  )

  it.each([
    ...['enabled', 'at', 'set', 'count', 'type', 'status', 'expires', 'expire', 'expires_in', 'expire_in'],
    ...['available', 'protected', 'protection'],
  ])('is one of a fact about a secret when its value is a flag, a date or a count: password_%s', (end) => {
    expect(looksSecret(`password_${end}`, 'yes')).toBe(false)
    expect(looksSecret(`password_${end}`, 7)).toBe(false)
    expect(looksSecret(`password_${end}`, 'open')).toBe(true)
    expect(looksSecret(`password_${end}_x`, 'yes')).toBe(true)
    expect(looksSecret(`password${end}`, 'yes')).toBe(true)
  })

  it.each(['passwordless', 'max_tokens', 'total_tokens', 'prompt_tokens'])(
    'is one of a fact by its whole end: %s',
    (name) => {
      expect(looksSecret(name, 100)).toBe(false)
      expect(looksSecret(name, 'open')).toBe(true)
      expect(looksSecret(`${name}_secret`, 100)).toBe(true)
    },
  )

  it('a number of other tokens is no fact', () => expect(looksSecret('other_tokens', 100)).toBe(true))
})

describe('a value that is no secret by itself', () => {
  it.each<[unknown]>(
    [
      ...['yes', 'no', 'true', 'false', 'on', 'off', 'none', 'never', 'bearer', 'basic', 'YES', 'Bearer'],
      ...[
        'enabled',
        'disabled',
        'active',
        'inactive',
        'valid',
        'invalid',
        'expired',
        'pending',
        '1',
        '123456',
      ],
      ...['2026-01-02', '2026-01-02T03:04', '2026-01-02 03:04:05.678', '2026-01-02T03:04:05Z', 7, 0],
      ...['2026-01-02T03:04:05+01:00', '2026-01-02T03:04:05-0500', '2026-01-02 03:04:05.123456'],
    ].map((value) => [value]),
  )('is %j', (value) => expect(isHarmless(value)).toBe(true))

  it.each<[unknown]>(
    [
      ...[
        '',
        'yesx',
        'xyes',
        'open',
        '1234567',
        '12a',
        'a12',
        'able',
        'd',
        'xactive',
        'xvalid',
        true,
        null,
        {},
      ],
      ...[
        '2026-1-02',
        '2026-01-2',
        '26-01-02',
        '2026-01-02T',
        '2026-01-02T03:',
        '2026-01-02X03:04',
        'x2026-01-02',
      ],
      ...['2026-01-02 03:04:05.1234567', '2026-01-02T03:04Zx', '2026-01-02T03:04+1', '2026-01-02T03:04+01:0'],
      ...[
        '2026-01-02T03:04+aa:00',
        '2026-01-02T03:04+01:aa',
        '2026-01-02Tabcde',
        'abcd-01-02',
        '2026-ab-02',
        '2026-01-ab',
      ],
    ].map((value) => [value]),
  )('is not %j', (value) => expect(isHarmless(value)).toBe(false))
})

describe('a row that names a setting', () => {
  const naming = 'name key option_name meta_key variable env setting header field path'.split(' ')
  const holding = 'value val option_value meta_value content data default text'.split(' ')

  it.each(naming)('in the field %s hides all fields that hold its value', (name) => {
    const row = Object.fromEntries(holding.map((field) => [field, 'open']))
    expect(secretFieldsOf({ [name]: 'API_KEY', other: 'open', ...row })).toEqual(holding)
    expect(secretFieldsOf({ [name]: 'public_key', ...row })).toEqual([])
    expect(secretFieldsOf({ [name]: ['API_KEY'], ...row })).toEqual([])
  })

  it('does so for any of its names, and not for another field', () => {
    expect(secretFieldsOf({ name: 'a', key: 'API_KEY', value: 'open' })).toEqual(['value'])
    expect(secretFieldsOf({ label: 'API_KEY', value: 'open' })).toEqual([])
    expect(secretFieldsOf(Object.create({ value: 'open' }, { name: { value: 'API_KEY' } }))).toEqual([])
  })

  it.each<[unknown]>([[null], [''], [true], [false], ['yes'], [7], ['2026-01-02']])(
    'shows the value %j',
    (value) => expect(secretFieldsOf({ name: 'API_KEY', value })).toEqual([]),
  )

  it.each<[unknown]>([['open'], [['a']], [{ a: 1 }]])('hides the value %j', (value) =>
    expect(secretFieldsOf({ name: 'API_KEY', value })).toEqual(['value']),
  )
})

describe('a setting beside its value in text', () => {
  const pairs = (text: string) =>
    namedPairs.flatMap((pattern) => Array.from(text.matchAll(pattern), ([, , name, value]) => [name, value]))

  it.each([
    ['{"name":"API_KEY","value":"open"}', 'API_KEY', 'open'],
    ['"option_name" : "api key" ,\n "option_value" : "a b"', 'api key', 'a b'],
    [String.raw`{\"key\":\"pwd\",\"val\":\"open\"}`, 'pwd', 'open'],
    [String.raw`"name":"pwd","value":"o\"pen"`, 'pwd', String.raw`o\"pen`],
    [
      String.raw`{\"name\":\"pwd\",\"value\":\"o\\\"p\\\\e\\n\u00e4\"}`,
      'pwd',
      String.raw`o\\\"p\\\\e\\n\u00e4`,
    ],
    ["('smtp_pass','open12')", 'smtp_pass', 'open12'],
    [String.raw`'smtp_pass','open1\'more"`, 'smtp_pass', String.raw`open1\'more`],
    [String.raw`'smtp_pass','open\'more1'`, 'smtp_pass', String.raw`open\'more1`],
    [`'smtp_pass','op''en''1', 'next'`, 'smtp_pass', `op''en''1`],
    [`"smtp_pass","op''en1"`, 'smtp_pass', `op''en1`],
    ['"smtp.pass-1" , "open12\n"', 'smtp.pass-1', 'open12'],
    [String.raw`\'smtp_pass\',\'1open\\n2\'`, 'smtp_pass', String.raw`1open\\n2`],
    [`'a','${'x'.repeat(40)}1'`, 'a', `${'x'.repeat(40)}1`],
    [`'a','1${'x'.repeat(300)}'`, 'a', `1${'x'.repeat(199)}`],
    ['s:9:"smtp_pass";s:4:"open";', 'smtp_pass', 'open'],
    ['s:10:"smtp pass"; s:14:"o"p\nen";', 'smtp pass', 'o"p\nen'],
    [String.raw`s:9:\"smtp_pass\";s:4:\"o\n\";`, 'smtp_pass', String.raw`o\n`],
  ])('is found in %j', (text, name, value) => expect(pairs(text)).toEqual([[name, value]]))

  it.each([
    ...['"label":"API_KEY","value":"open"', '"name":"API_KEY","other":"open"', '"name":"API_KEY","value":""'],
    ...['"name":"","value":"open"', '"name":7,"value":"open"', '"name":"a"."value":"open"'],
    ...[
      "'a','open'",
      "'a','opener'",
      "'a','op12'",
      "'a b','open12'",
      "'','open12'",
      "'a';'open12'",
      "a,'open12'",
      "'a','','open12",
    ],
    ...["'a',open12", `'a','${'x'.repeat(41)}1'`, `'${'a'.repeat(101)}','open12'`, "'a','opener\n1'"],
    ...[
      's:9:"";s:4:"open";',
      's:9:"a";i:4;',
      's:9:"a";s:0:"";',
      's:x:"a";s:4:"open";',
      's:9:"a",s:4:"open";',
    ],
    ...['s::"a";s:4:"open";', 's:9:"a";s::"open";', 's:9:"a\n";s:4:"open";', 's:9:"a"b";s:4:"open";'],
  ])('is none in %j', (text) => expect(pairs(text)).toEqual([]))

  it('is found each time', () =>
    expect(pairs("'a','open12'),('b','open34')\n's:1:\"c\";s:1:\"d\";s:1:\"e\";s:1:\"f\";")).toEqual([
      ['a', 'open12'],
      ['b', 'open34'],
      ['c', 'd'],
      ['e', 'f'],
    ]))
})
