import { redactText, secret } from 'cloudways-tools'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { redact } from '../../src/core/answer/redact.ts'
import { isSecret } from '../../src/core/declare/marks.ts'
import { share } from '../support/deep.ts'

const canary = 'canary-4711'
const hidden = '[hidden]'

describe('a mark', () => {
  const marked = secret(z.string())
  it.each([
    ['plain', marked],
    ['optional', marked.optional()],
    ['nullable', marked.nullable()],
    ['with a default', marked.default('x')],
    ['in three wrappers', marked.nullable().optional().readonly()],
    ['described afterwards', marked.describe('A password')],
    ['bounded afterwards', marked.min(1).max(9)],
    ['described and wrapped', marked.describe('A password').optional()],
    ['one option of a union', z.union([z.number(), marked])],
    ['in a lazy schema', z.lazy(() => marked)],
    ['of an object', secret(z.looseObject({ a: z.string() }))],
  ])('hides a field that is %s', (_, field) => {
    expect(isSecret(field)).toBe(true)
    expect(redact({ name: canary }, { schema: z.looseObject({ name: field }) })).toEqual({ name: hidden })
  })

  it('leaves the schema that it was made from unmarked', () => {
    const plain = z.string()
    secret(plain)
    expect(isSecret(plain)).toBe(false)
    expect(redact({ name: canary }, { schema: z.looseObject({ name: plain }) })).toEqual({ name: canary })
  })

  it.each([
    ['a list', z.array(marked), [canary]],
    ['a tuple', z.tuple([z.string(), marked]), ['a', canary]],
    ['a list of objects', z.array(z.looseObject({ v: marked })), [{ v: canary }]],
    ['a record', z.record(z.string(), marked), { any: canary }],
    [
      'a union of objects',
      z.union([z.looseObject({ n: z.number() }), z.looseObject({ v: marked })]),
      { v: canary },
    ],
    [
      'an intersection',
      z.intersection(z.looseObject({ a: z.string() }), z.looseObject({ v: marked })),
      { v: canary },
    ],
    ['what an object does not name', z.object({}).catchall(marked), { v: canary }],
  ])('is found in %s', (_, schema, value) => {
    const text = JSON.stringify(redact({ field: value }, { schema: z.looseObject({ field: schema }) }))
    expect(text).toContain(hidden)
    expect(text).not.toContain(canary)
  })

  it('is lifted when the operator reveals, and lifts nothing else', () => {
    const schema = z.looseObject({ shown: marked.nullable() })
    const value = { shown: canary, api_token: 'other', text: 'password=third' }
    expect(redact(value, { schema, reveal: true })).toEqual({
      shown: canary,
      api_token: hidden,
      text: 'password=[hidden]',
    })
  })

  it('keeps an empty value: it is no secret that nothing is set', () => {
    const schema = z.looseObject({ a: marked.nullable(), b: marked })
    expect(redact({ a: null, b: '' }, { schema })).toEqual({ a: null, b: '' })
  })
})

describe('the net by name', () => {
  it.each([
    'password',
    'master_password',
    'DB_PASSWORD',
    'adminPassword',
    'user_pass',
    'mysql_pwd',
    'passphrase',
    'client_secret',
    'secrets',
    'api_key',
    'apiKeys',
    'private_key',
    'ssl_key',
    'access_token',
    'accessToken',
    'tokens',
    'authorization',
    'slack_webhook',
    'credentials',
  ])('hides %s, whatever its value', (name) => {
    for (const value of [canary, 4711, [canary], { deep: canary }]) {
      expect(redact({ list: [{ [name]: value }] })).toEqual({ list: [{ [name]: hidden }] })
    }
  })

  it('covers fields of records and of schemas that do not name them', () => {
    const schema = z.looseObject({ settings: z.record(z.string(), z.unknown()), other: z.looseObject({}) })
    const value = {
      settings: { redis_password: canary },
      other: { api_token: canary },
      admin_password: canary,
    }
    expect(JSON.stringify(redact(value, { schema }))).not.toContain(canary)
  })

  it.each(['constructor', 'toString', '__proto__'])(
    'is not fooled by a schema without a field %s',
    (name) => {
      const value = JSON.parse(`{"${name}": {"password": "${canary}"}}`)
      expect(JSON.stringify(redact(value, { schema: z.looseObject({}) }))).not.toContain(canary)
    },
  )

  it.each([
    ['public_key', 'ssh-rsa AAAA'],
    ['ssh_keys', [{ id: '1' }]],
    ['password_set', 'yes'],
    ['token_type', 'Bearer'],
    ['has_password', true],
    ['password', ''],
    ['password', null],
    ['sys_user', 'abcdef'],
  ])('leaves %s with %j alone', (name, value) => expect(redact({ [name]: value })).toEqual({ [name]: value }))

  it('leaves a field alone that the schema names without a mark', () => {
    const schema = z.looseObject({ password: z.string() })
    expect(redact({ password: 'required' }, { schema })).toEqual({ password: 'required' })
  })
})

describe('a name of a field', () => {
  it.each(['pass\u200bword', '\u202eapi_key', 'to\u00adken'])('%j is read as a person sees it', (name) =>
    expect(Object.values(redact({ [name]: canary }) as object)).toEqual([hidden]),
  )

  it('loses a secret that stands in it', () => {
    const safe = redact({ [`DB_PASSWORD=${canary}`]: 1, [`mysql://me:${canary}@host`]: 2 })
    expect(safe).toEqual({ 'DB_PASSWORD=[hidden]': hidden, 'mysql://me:[hidden]@host': 2 })
  })
})

describe('free text', () => {
  it.each([
    ['an access token', `used cw_${canary}xyz here`],
    ['a bearer', `Authorization: Bearer ${canary}.abc`],
    ['a connection string', `mysql://user:${canary}@127.0.0.1/db`],
    ['a connection string with an @ in the password', `smtp://me:a@${canary}@mail.example.com`],
    ['a setting', `DB_PASSWORD=${canary}`],
    ['a setting in YAML', `sys_password: ${canary}`],
    ['JSON', `{"admin_password":"${canary}"}`],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ mysql_password: canary }))],
    ['a query', `?x=1&access_token=${canary}&y=2`],
    ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${canary}\n-----END RSA PRIVATE KEY-----`],
    ['a private key that is cut off', `-----BEGIN PRIVATE KEY-----\n${canary}`],
    ['a webhook', `https://hooks.slack.com/services/${canary}`],
    ['a JSON Web Token', `eyJhbGciOi${canary}.eyJzdWIiOiJ.${canary}`],
  ])('loses %s', (_, text) => {
    expect(redactText(text)).toContain(hidden)
    expect(redactText(text)).not.toContain(canary)
  })

  it.each([
    `x\u200bcw_${canary}${canary}`,
    `cw_${Array.from(canary).join('\u200b')}xyz`,
    `pass\u00adword=${canary}`,
    `mysql://root:${canary}\ufeff@127.0.0.1`,
    `Bear\u202eer ${canary}.abc`,
  ])('loses a secret behind characters that nobody sees: %j', (text) => {
    expect(redactText(text)).toContain(hidden)
    expect(redactText(text).replace(/[\p{Cf}]/gu, '')).not.toContain(canary)
  })

  it.each([
    `xcw_${canary}${canary}`,
    `xBearer ${canary}`,
    `${'a'.repeat(40)}://me:${canary}@host`,
    `_eyJhbGciOi${canary}.eyJzdWIiOiJ.${canary}`,
  ])('loses a secret that stands right after other text: %j', (text) =>
    expect(redactText(text)).not.toContain(canary),
  )

  it('leaves hidden characters where there is no secret: they are another rule', () =>
    expect(redactText('a\u200bb: \u001b[31mred')).toBe('a\u200bb: \u001b[31mred'))

  it.each([
    'https://www.example.com:8080/path?user=me@example.com',
    'The password was reset.',
    'php8.2-fpm restarted in 3.5 s',
    'ops@example.com',
  ])('keeps %j', (text) => expect(redactText(text)).toBe(text))

  const repeated = [
    'a.',
    'a-',
    'eyJ-',
    'a://',
    'password',
    'password"',
    '-----BEGIN ',
    'cw_',
    'https://hooks.',
    'Bearer ',
  ]
  it.each(share(repeated, 3))(
    'made of many %j is read in time: strangers write it', // A quadratic pattern needs minutes for it, and the test its whole time.
    (part) => expect(redactText(part.repeat(600_000)).length).toBeGreaterThan(0),
  )
})

describe('a random secret, anywhere in random JSON', () => {
  const secretValue = fc.stringMatching(/^[A-Za-z0-9+/=!#$%*~^_-]{12,40}$/)
  const secretName = fc.constantFrom('password', 'sys_password', 'api_key', 'accessToken', 'clientSecret')
  /** Random JSON with `plant` somewhere in it. */
  const around = (plant: unknown) =>
    fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 6, depthIdentifier: 'json' },
        fc.constant(plant),
        fc
          .tuple(fc.array(fc.jsonValue(), { maxLength: 2 }), tie('node'))
          .map(([more, node]) => [...more, node]),
        fc
          .tuple(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }), fc.string(), tie('node'))
          .map(([more, key, node]) => ({ ...more, [key]: node })),
      ),
    })).node
  const planted = (make: (value: string, name: string) => fc.Arbitrary<unknown>) =>
    fc
      .tuple(secretValue, secretName)
      .chain(([value, name]) => fc.tuple(fc.constant(value), make(value, name).chain(around)))

  it.each<[string, (value: string, name: string) => fc.Arbitrary<unknown>]>([
    ['under a name that looks secret', (value, name) => fc.constant({ [name]: value })],
    ['deep under such a name', (value, name) => fc.constant({ [name]: [{ a: value }] })],
  ])('does not survive as %s', (_, make) => {
    fc.assert(
      fc.property(planted(make), ([value, json]) => {
        expect(JSON.stringify(redact(json))).not.toContain(JSON.stringify(value).slice(1, -1))
      }),
    )
  })

  it('does not survive with hidden characters in it when its value is known', () => {
    const unseen = fc.constantFrom('\u200b', '\u202e', '\u00ad', '\u{e0041}', '\u0007', '\ufe0f', '\u200d')
    const parted = fc
      .tuple(secretValue, fc.infiniteStream(fc.option(unseen, { freq: 3, nil: '' })))
      .map(([value, between]) => ({
        value,
        parts: Array.from(value, (letter) => `${letter}${between.next().value}`).join(''),
      }))
    fc.assert(
      fc.property(parted, ({ value, parts }) => {
        const safe = JSON.stringify(redact({ text: `a ${parts} b`, [parts]: [parts] }, { known: [value] }))
        expect(safe.replace(/[\p{C}\p{DI}]/gu, '')).not.toContain(value)
      }),
    )
  })

  it('does not survive as a value, in a text or as a key when its value is known', () => {
    const make = (value: string) =>
      fc.constantFrom<unknown>(value, `before ${value} after`, { [value]: 1 }, { [`x${value}`]: [value] })
    fc.assert(
      fc.property(planted(make), ([value, json]) => {
        expect(JSON.stringify(redact(json, { known: [value] }))).not.toContain(value)
      }),
    )
  })
})
