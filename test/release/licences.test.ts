import { expect, it } from 'vitest'
import { isAllowed } from './jobs/licences.ts'

it.each(['MIT', '(MIT OR GPL-3.0)', '(MIT AND Apache-2.0)', 'BSD-3-Clause OR MIT'])(
  '%s asks for no more than a notice',
  (expression) => expect(isAllowed(expression)).toBe(true),
)

it.each([
  '',
  'none',
  'UNLICENSED',
  'GPL-3.0',
  'MIT AND GPL-3.0',
  'SEE LICENSE IN x',
  '(MIT OR GPL-3.0) AND GPL-2.0',
])('%j does, or nobody knows', (expression) => expect(isAllowed(expression)).toBe(false))
