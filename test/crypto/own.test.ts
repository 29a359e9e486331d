import { fernet, generateKey } from 'cloudways-tools/crypto'
import { expect, it } from 'vitest'
import { ownCipher } from '../../src/crypto/own.ts'

it('the cipher of a process opens what it sealed, and nobody else does', async () => {
  const token = await ownCipher.encrypt('a secret')
  expect(token).not.toContain('a secret')
  expect(await ownCipher.decrypt(token)).toBe('a secret')
  await expect(fernet(generateKey()).decrypt(token)).rejects.toThrow('another key')
  const stranger = await fernet(generateKey()).encrypt('a secret')
  await expect(ownCipher.decrypt(stranger)).rejects.toThrow('another key')
})
