import { InputError } from 'cloudways-tools'
import { readConfig } from 'cloudways-tools/server'
import { expect } from 'vitest'

/** The one line that a person reads, or `accepted`. */
export function refusal(env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const line = `${error.message} ${error.next}`
    expect(line).not.toContain('\n')
    return line
  }
  return 'accepted'
}
