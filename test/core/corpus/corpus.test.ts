import { redactText } from 'cloudways-tools'
import { expect, it } from 'vitest'
import { innocents } from './innocents.ts'
import { score } from './score.ts'
import { secrets } from './secrets.ts'

it('catches the secrets of the corpus', () => {
  expect(secrets.length).toBeGreaterThan(150)
  const { missed, caught } = score()
  expect(missed.map(({ text }) => redactText(text))).toEqual([])
  expect(caught).toBe(100)
})

it('keeps the innocent texts of the corpus', () => {
  expect(innocents.length).toBeGreaterThan(150)
  const { changed, kept } = score()
  expect(changed.map((text) => redactText(text))).toEqual([])
  expect(kept).toBe(100)
})
