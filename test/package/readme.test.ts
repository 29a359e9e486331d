import { expect, test } from 'vitest'
import { renewedReadme } from '../scripts/write-readme.ts'

test('the generated parts of README.md are what the declarations say (mend with: npm run docs)', async () => {
  const { before, after } = await renewedReadme()
  expect(before).toBe(after)
})
