import { expect, it } from 'vitest'
import { fernet, generateKey, sealTo } from '../../src/crypto/index.ts'
import { InputError } from '../../src/errors.ts'
import { testCipher } from './suite.ts'

const bearer = 'a-bearer-token-of-one-client-0123456789'

testCipher('sealTo', () => sealTo(fernet(generateKey()), bearer))

it('opens with both, and with neither alone', async () => {
  const key = generateKey()
  const token = await sealTo(fernet(key), bearer).encrypt('text')
  // A new cipher, as after a restart.
  expect(await sealTo(fernet(key), bearer).decrypt(token)).toBe('text')

  const withKeyOnly = await fernet(key).decrypt(token)
  expect(withKeyOnly).not.toContain('text')
  await expect(fernet(key).decrypt(withKeyOnly)).rejects.toThrow(InputError)
  await expect(sealTo(fernet(key), `${bearer}x`).decrypt(token)).rejects.toThrow(InputError)
  await expect(sealTo(fernet(generateKey()), bearer).decrypt(token)).rejects.toThrow(InputError)
})

it('opens what an earlier version has stored', async () => {
  // The inner layer of a record, as version 0.1 writes it. When this fails, an upgrade loses every sign-in.
  const inner =
    'gAAAAABrDOk0Bv8ss3MDD3wI_AzhCGYbxn8zIbPerIH9BuAZEmF8zGR53-P-qz1jgLAP_c6-O_cJHU9Ro3p-JWoCG9grANXbIw=='
  const cipher = fernet(generateKey())
  const stored = await cipher.encrypt(inner)
  expect(await sealTo(cipher, 'a bearer token of a client, made at random').decrypt(stored)).toBe('kept')
})

it('rotates and ages with the cipher of the server', async () => {
  const [older, newer] = [generateKey(), generateKey()]
  const token = await sealTo(fernet(older, { now: () => 0 }), bearer).encrypt('text')
  expect(await sealTo(fernet([newer, older]), bearer).decrypt(token)).toBe('text')
  await expect(sealTo(fernet(older, { maxAge: 60 }), bearer).decrypt(token)).rejects.toThrow('too old')
})

it('does not open a record of the server alone', async () => {
  const cipher = fernet(generateKey())
  await expect(sealTo(cipher, bearer).decrypt(await cipher.encrypt('text'))).rejects.toThrow(InputError)
})

it('refuses what is no bearer', () => {
  for (const wrong of ['', undefined, 7]) {
    expect(() => sealTo(fernet(generateKey()), wrong as string)).toThrow('sealTo needs a bearer token.')
  }
})
