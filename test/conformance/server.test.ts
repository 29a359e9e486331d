import { describe, expect, it } from 'vitest'
import { installSuite, revisions, runSuite } from './suite.ts'

const missing = await installSuite().then(
  () => undefined,
  (error: Error) => error.message,
)

describe.each(revisions)('the conformance scenarios of %s', (revision) => {
  it('pass where they apply', async ({ skip }) => {
    if (process.env.CI === 'true') expect(missing).toBeUndefined()
    skip(missing !== undefined, missing)
    const { code, output } = await runSuite(revision)
    expect(code, output.slice(output.indexOf('=== SUMMARY'))).toBe(0)
  })
})
