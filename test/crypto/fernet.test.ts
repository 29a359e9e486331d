import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { importKey } from '../../src/crypto/algorithms.ts'
import { seal } from '../../src/crypto/fernet.ts'
import { checkKey, fernet, generateKey } from '../../src/crypto/index.ts'
import { keyBytes } from '../../src/crypto/key.ts'
import { InputError } from '../../src/errors.ts'
import { anyText } from '../support/texts.ts'
// The published vectors: https://github.com/fernet/spec
import generate from './generate.json' with { type: 'json' }
import invalid from './invalid.json' with { type: 'json' }
import { testCipher } from './suite.ts'
import verify from './verify.json' with { type: 'json' }

/** What a runtime has in the place of `node:crypto`. */
const inPlace = (module: object | undefined) =>
  void vi.spyOn(process, 'getBuiltinModule').mockReturnValue(module as never)

afterEach(() => void vi.restoreAllMocks())

describe.each(['node:crypto', 'Web Crypto'])('by %s', (which) => {
  beforeEach(() => which === 'Web Crypto' && inPlace(undefined))

  testCipher('fernet', () => fernet(generateKey()))
  testCipher('fernet with several keys', () => fernet([generateKey(), generateKey()], { maxAge: 60 }))

  describe('the published vectors', () => {
    it.each(generate)('generate: $src', async ({ token, now, iv, src, secret }) => {
      const key = await importKey(keyBytes(secret))
      expect(await seal(key, src, Date.parse(now) / 1000, Uint8Array.from(iv))).toBe(token)
    })

    it.each(verify)('verify: $src', async ({ token, now, ttl_sec, src, secret }) => {
      expect(await fernet(secret, { maxAge: ttl_sec, now: () => Date.parse(now) }).decrypt(token)).toBe(src)
    })

    it.each(invalid)('invalid: $desc', async ({ token, now, ttl_sec, secret }) => {
      const cipher = fernet(secret, { maxAge: ttl_sec, now: () => Date.parse(now) })
      await expect(cipher.decrypt(token)).rejects.toThrow(InputError)
    })
  })

  describe('tokens made elsewhere', () => {
    const key = 'kI3TZVsB5ibQVxkBbl25ooS9LN71FEBDmuhE0CWdNC8='
    const iv = Uint8Array.from({ length: 16 }, (_, index) => index)
    // By `Fernet(key)._encrypt_from_parts(text, 1767225600, bytes(range(16)))` of Python's cryptography 48.
    it.each([
      [
        '',
        'gAAAAABpVbkAAAECAwQFBgcICQoLDA0OD-WehfVXPS2bG2hnrX14MZ5dITwumz93ZGHvP_jmKGsUq5OJq0iZqJcR_NQm81q_7A==',
      ],
      [
        'made by Python: héllo ☃ 😀',
        'gAAAAABpVbkAAAECAwQFBgcICQoLDA0OD9XSVlPE8BJlCefUUPPA0RHo3fE5PXoHfvCICaNw1RrNPHvtPgwZTO6huJni26XxAkaoSQpCRiCRtMC_HnvfncA=',
      ],
      [
        'x'.repeat(16),
        'gAAAAABpVbkAAAECAwQFBgcICQoLDA0OD21OiUdKEWirwEofXxMOrHjG21__opIKCgLhfORrmv0THDbp1bMrg5wOeEY5fgo8WJjW9TVQDy0-sWkoDPs31NM=',
      ],
    ])('opens and makes the same token as Python: %j', async (text, token) => {
      expect(await fernet(key).decrypt(token)).toBe(text)
      expect(await seal(await importKey(keyBytes(key)), text, 1_767_225_600, iv)).toBe(token)
    })
  })
})

it('node:crypto and Web Crypto open what the other one made', async () => {
  const key = generateKey()
  const byNode = fernet(key)
  const tokens = await Promise.all(['', 'é', 'x'.repeat(5000)].map((text) => byNode.encrypt(text)))
  inPlace(undefined)
  const byWeb = fernet(key)
  for (const token of tokens) {
    const text = await byNode.decrypt(token)
    expect(await byWeb.decrypt(token)).toBe(text)
    expect(await byNode.decrypt(await byWeb.encrypt(text))).toBe(text)
  }
})

it('a text goes to no other thread where there is node:crypto', async () => {
  const uses = (['importKey', 'sign', 'verify', 'encrypt', 'decrypt'] as const).map((name) =>
    vi.spyOn(crypto.subtle, name),
  )
  const cipher = fernet(generateKey())
  expect(await cipher.decrypt(await cipher.encrypt('text'))).toBe('text')
  for (const use of uses) expect(use).not.toHaveBeenCalled()
})

it.each<[string, unknown]>([
  ['has no process', undefined],
  ['has a process without built-in modules', {}],
])('a runtime that %s uses Web Crypto', async (_, process) => {
  vi.stubGlobal('process', process)
  const cipher = fernet(generateKey())
  const text = await cipher.decrypt(await cipher.encrypt('text'))
  vi.unstubAllGlobals()
  expect(text).toBe('text')
})

it('a runtime that has the functions of node:crypto by name only uses Web Crypto', async () => {
  const absent = () => {
    throw new Error('not implemented')
  }
  inPlace({ createHmac: absent, createCipheriv: absent })
  const cipher = fernet(generateKey())
  expect(await cipher.decrypt(await cipher.encrypt('text'))).toBe('text')
})

describe('time', () => {
  const key = generateKey()
  const at = (seconds: number, maxAge?: number) => fernet(key, { maxAge, now: () => seconds * 1000 })

  it('lets a token live for maxAge', async () => {
    const token = await at(1000).encrypt('text')
    expect(await at(1060, 60).decrypt(token)).toBe('text')
    await expect(at(1061, 60).decrypt(token)).rejects.toThrow('too old')
    expect(await at(9_999_999).decrypt(token)).toBe('text')
  })

  it('forgives a clock that is a minute ahead', async () => {
    const token = await at(1060).encrypt('text')
    expect(await at(1000, 60).decrypt(token)).toBe('text')
    await expect(at(999, 60).decrypt(token)).rejects.toThrow('from the future')
  })

  it('does not look at the time of a token that is not signed', async () => {
    const token = await fernet(generateKey(), { now: () => 0 }).encrypt('text')
    await expect(at(1000, 60).decrypt(token)).rejects.toThrow('another key')
  })
})

describe('rotation', () => {
  const [older, newer] = [generateKey(), generateKey()]

  it('encrypts with the first key and decrypts with all', async () => {
    const token = await fernet([newer, older]).encrypt('text')
    expect(await fernet(newer).decrypt(token)).toBe('text')
    await expect(fernet(older).decrypt(token)).rejects.toThrow(InputError)
    const before = await fernet(older).encrypt('from before')
    expect(await fernet([newer, older]).decrypt(before)).toBe('from before')
    expect(await fernet(`${newer}, ${older}`).decrypt(before)).toBe('from before')
  })
})

describe('keys', () => {
  it('makes keys of 44 characters, never twice the same', () => {
    const keys = Array.from({ length: 100 }, generateKey)
    expect(new Set(keys).size).toBe(100)
    for (const key of keys) {
      expect(key).toMatch(/^[\w-]{43}=$/)
      expect(() => checkKey(key)).not.toThrow()
    }
  })

  const key = 'SEcreT-Key_0123456789abcdefghijklmnopqrstuvw'
  it.each([
    ['empty', '', 'missing'],
    ['too short', `${key.slice(0, 30)}=`, 'has 31 characters'],
    ['without padding', key.slice(0, 43), 'has 43 characters'],
    ['with a line break', `${key.slice(0, 43)}=\n`, 'has 45 characters'],
    ['44 characters of hexadecimal', 'ab'.repeat(22), 'not base64url'],
    ['plain base64', `${key.slice(0, 41)}+/=`, 'not base64url'],
    ['with blanks', `${key.slice(0, 41)}  =`, 'not base64url'],
    ['with spare bits set', `${key.slice(0, 42)}B=`, 'last characters'],
  ])('refuses a key that is %s, and does not show it', (_, text, reason) => {
    for (const attempt of [() => checkKey(text), () => fernet([text]), () => fernet([generateKey(), text])]) {
      let error: unknown
      try {
        attempt()
      } catch (thrown) {
        error = thrown
      }
      expect(error).toBeInstanceOf(InputError)
      expect((error as InputError).message).toContain(reason)
      const shown = `${JSON.stringify(error)}${(error as Error).stack}`
      if (text !== '') expect(shown).not.toContain(text.slice(0, 8))
    }
  })

  it('needs at least one key', () => {
    expect(() => fernet([])).toThrow('missing')
    expect(() => fernet(undefined as never)).toThrow('missing')
    expect(() => fernet(`${generateKey()},`)).toThrow('missing')
  })

  it('refuses unknown options', () => {
    expect(() => fernet(generateKey(), { maxage: 1 } as object)).toThrow("Did you mean 'maxAge'?")
    expect(() => fernet(generateKey(), { maxAge: 0 })).toThrow(InputError)
  })
})

it('gives one text for one token: other spellings are refused', async () => {
  const cipher = fernet(generateKey())
  const token = await cipher.encrypt('text')
  const spellings = [
    `${token}\n`,
    ` ${token}`,
    token.replace(/=*$/, ''),
    `${token}====`,
    `${token}AAAA`,
    token.slice(4),
  ]
  for (const other of spellings) {
    if (other !== token) await expect(cipher.decrypt(other), other).rejects.toThrow(InputError)
  }
})

it('opens nothing but text', async () => {
  const cipher = fernet(generateKey())
  await expect(cipher.decrypt(undefined as never)).rejects.toThrow(InputError)
  await expect(cipher.encrypt(5 as never)).rejects.toThrow(InputError)
})

it('holds for long texts', async () => {
  const cipher = fernet(generateKey())
  const text = 'ä'.repeat(300_000)
  expect(await cipher.decrypt(await cipher.encrypt(text))).toBe(text)
})

it('refuses any text that is not a token', async () => {
  const cipher = fernet(generateKey())
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.base64String(), anyText()), async (text) => {
      await expect(cipher.decrypt(text)).rejects.toThrow(InputError)
    }),
  )
})
