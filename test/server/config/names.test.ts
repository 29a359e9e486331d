import { InputError } from 'cloudways-tools'
import { readConfig } from 'cloudways-tools/server'
import { describe, expect, it } from 'vitest'
import { refusal } from './support.ts'

it.each([
  ['READONLY', 'READ_ONLY'],
  ['read_only', 'READ_ONLY'],
  ['REDIS_ULR', 'REDIS_URL'],
  ['REDIS_URI', 'REDIS_URL'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['TOOLSET', 'TOOLSETS'],
  ['EXCLUDE_TOOL', 'EXCLUDE_TOOLS'],
  ['ENCRYPTION_KEYS', 'ENCRYPTION_KEY'],
  ['CONFRIM', 'CONFIRM'],
  ['CONFIRM_FALBACK', 'CONFIRM_FALLBACK'],
  ['SERVER', 'SERVERS'],
  ['AUDITFILE', 'AUDIT_FILE'],
  ['CLOUDWAYS_TOKEN', 'CLOUDWAYS_ACCESS_TOKEN'],
  ['CLOUDWAYS_KEY', 'CLOUDWAYS_API_KEY'],
  ['CLOUDWAYS_MFA', undefined],
  ['CLOUDWAYS_ACCES_TOKEN', 'CLOUDWAYS_ACCESS_TOKEN'],
  ['CLOUDWAYS_READ_ONLY', 'READ_ONLY'],
])('refuses the name %s', (name, meant) => {
  const next = meant ? `Did you mean ${meant}?` : 'cloudways-tools --help lists the variables.'
  expect(refusal({ [name]: 'cw_value_of_a_secret' })).toBe(`There is no variable ${name}. ${next}`)
})

it("leaves other programs' variables alone", () => {
  const others =
    'PATH HOME HOSTNAME HOSTTYPE LOGNAME USER SHELL LANG TERM PWD EDITOR DISPLAY TZ CI NODE_ENV PROJECT APP ' +
    'PORTS DEBUG HTTP_PROXY HTTPS_PROXY NO_PROXY REDIS_HOST REDIS_PORT REDIS_TLS REDIS_PASSWORD DATABASE_URL ' +
    'KUBERNETES_PORT KUBERNETES_SERVICE_HOST npm_config_cache npm_package_name INIT_CWD GITHUB_TOKEN RESULT ' +
    'AUTH_TOKEN BASE_URL API_KEY SECRET_KEY STORAGE LOG_DIR LOGS TOOL VERSION PROFILE constructor __proto__'
  const env = Object.fromEntries(others.split(' ').map((name) => [name, 'value']))
  expect(readConfig(env).port).toBe(7000)
})

it('accepts a near miss beside the right name', () => {
  expect(readConfig({ LOG_LEVEL: 'ERROR', LOGLEVEL: 'verbose' }).logLevel).toBe('ERROR')
})

/** The first sentence of the refusal. */
const problem = (env: Record<string, string>) => {
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
    expect(problem({ [name]: '' })).toBe(`There is no variable ${name}.`)
    expect(problem({ ...rest, [name]: 'x' })).toBe(`There is no variable ${name}.`)
  })
})

it.each([
  'APP APPS_DIR APP_ENV SERVER_NAME SERVERS_FILE SERVER_SOFTWARE TOOLS_DIR TOOLSETS_PATH AUDIT_LOG READ',
  'READ_TIMEOUT CI_COMMIT_REF_PROTECTED CI_PROTECTED PROTECTION PROTECTED_BRANCHES CONFIRM_DEPLOY CONFIRMATION EXCLUDED EXCLUDE_PATHS PROT PROJECT UNCONFIRMED CONFIG',
])('leaves variables of other programs alone: %s', (names) => {
  expect(readConfig(Object.fromEntries(names.split(' ').map((name) => [name, 'value']))).port).toBe(7000)
})

it('accepts our own names that begin like a guard', () => {
  expect(problem({ CONFIRM: 'write', CONFIRM_FALLBACK: 'refuse', READ_ONLY: 'false' })).toBeUndefined()
})
