import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cipher } from '../../src/types.ts'
import { anyText } from '../support/texts.ts'

/** What every cipher promises. `make` gives a new key each time. */
export function testCipher(name: string, make: () => Cipher): void {
  describe(`${name}: a cipher`, () => {
    it('brings every text back', async () => {
      const cipher = make()
      await fc.assert(
        fc.asyncProperty(anyText(), async (text) => {
          expect(await cipher.decrypt(await cipher.encrypt(text))).toBe(text)
        }),
      )
    })

    it('keeps a byte order mark and the empty text', async () => {
      const cipher = make()
      for (const text of ['', '\ufeff', '\ufeffa']) {
        expect(await cipher.decrypt(await cipher.encrypt(text))).toBe(text)
      }
    })

    it('refuses a token with any one bit flipped', async () => {
      const cipher = make()
      const token = await cipher.encrypt('text')
      for (let at = 0; at < token.length; at++) {
        for (let bit = 0; bit < 7; bit++) {
          const flipped = String.fromCharCode(token.charCodeAt(at) ^ (1 << bit))
          const other = token.slice(0, at) + flipped + token.slice(at + 1)
          await expect(cipher.decrypt(other), `character ${at}, bit ${bit}`).rejects.toThrow()
        }
      }
    })

    it('refuses a token with any one bit of its bytes flipped', async () => {
      const cipher = make()
      const bytes = Buffer.from(await cipher.encrypt('text'), 'base64url')
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const other = Buffer.from(bytes)
        other[bit >> 3]! ^= 1 << (bit & 7)
        const token = other.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
        await expect(cipher.decrypt(token), `bit ${bit}`).rejects.toThrow()
      }
    })

    it('refuses what another key made', async () => {
      await expect(make().decrypt(await make().encrypt('text'))).rejects.toThrow()
    })

    it('makes another token each time', async () => {
      const cipher = make()
      expect(await cipher.encrypt('text')).not.toBe(await cipher.encrypt('text'))
    })

    it('refuses text that UTF-8 cannot hold', async () => {
      await expect(make().encrypt('a\ud800')).rejects.toThrow()
    })

    it('says nothing of the text or the token in an error', async () => {
      const token = await make().encrypt('my secret')
      const error = await make()
        .decrypt(token)
        .catch((thrown: unknown) => thrown)
      const shown = `${JSON.stringify(error)}${(error as Error).stack}`
      expect(shown).not.toContain('my secret')
      expect(shown).not.toContain(token.slice(20, 40))
    })
  })
}
