import { InputError } from 'cloudways-tools'
import { readConfig } from 'cloudways-tools/server'
import { describe, expect, it } from 'vitest'

const refusal = (env: Record<string, string>) => {
  try {
    readConfig(env)
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return (error as InputError).message
  }
  return undefined
}

describe('a name that begins like a guard', () => {
  const meant: [string, string][] = [
    ['READ_ONLY_MODE', 'READ_ONLY'],
    ['READONLY_MODE', 'READ_ONLY'],
    ['PROTECTED', 'PROTECT'],
    ['PROTECT_APPS', 'PROTECT'],
    ['PROTECT_SERVERS', 'PROTECT'],
    ['protect_apps', 'PROTECT'],
    ['EXCLUDE_TOOLS_LIST', 'EXCLUDE_TOOLS'],
    ['EXCLUDE', 'EXCLUDE_TOOLS'],
  ]

  it.each(meant)('%s is refused, and names %s', (name, right) => {
    const error = (() => {
      try {
        return readConfig({ [name]: 'canary' })
      } catch (error) {
        return error as InputError
      }
    })()
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({
      message: `There is no variable ${name}.`,
      next: `Did you mean ${right}? If another program needs it: env -u ${name} cloudways-tools ...`,
      details: { variable: name, nearest: right },
    })
  })

  it.each(meant)('%s is refused when it is empty too, and beside the right one', (name, right) => {
    const rest = { READ_ONLY: 'true', PROTECT: 'shop', CONFIRM: 'write', EXCLUDE_TOOLS: 'ping' }
    expect(right in rest).toBe(true)
    expect(refusal({ [name]: '' })).toBe(`There is no variable ${name}.`)
    expect(refusal({ ...rest, [name]: 'x' })).toBe(`There is no variable ${name}.`)
  })
})

it.each([
  'APP APPS_DIR APP_ENV SERVER_NAME SERVERS_FILE SERVER_SOFTWARE TOOLS_DIR TOOLSETS_PATH AUDIT_LOG READ',
  'READ_TIMEOUT CI_COMMIT_REF_PROTECTED CI_PROTECTED PROTECTION PROTECTED_BRANCHES CONFIRM_DEPLOY CONFIRMATION EXCLUDED EXCLUDE_PATHS PROT PROJECT UNCONFIRMED CONFIG',
])('other programs keep theirs: %s', (names) => {
  expect(readConfig(Object.fromEntries(names.split(' ').map((name) => [name, 'value']))).port).toBe(7000)
})

it('all of our own begin like one another without harm', () => {
  expect(refusal({ CONFIRM: 'write', CONFIRM_FALLBACK: 'refuse', READ_ONLY: 'false' })).toBeUndefined()
})
