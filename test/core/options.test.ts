import { type CloudwaysOptions, createCloudways, InputError } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'

const refused = (options: unknown) => {
  try {
    createCloudways(options as CloudwaysOptions)
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return `${(error as InputError).message} ${JSON.stringify(error)}`
  }
  return 'accepted'
}

describe('createCloudways refuses', () => {
  it.each([
    ['an unknown option', { revealSecret: true }, "Did you mean 'revealSecrets'?"],
    ['an option in another spelling', { read_only: true }, "Did you mean 'readOnly'?"],
    ['options that are no object', null, 'takes an object of options'],
    ['a guard that is text', { readOnly: 'false' }, 'readOnly: must be true or false'],
    ['a reveal that is text', { revealSecrets: 'false' }, 'revealSecrets: must be true or false'],
    ['a timeout of 0', { timeout: 0 }, 'timeout: must be a number of seconds from 0.001 to 300'],
    ['a timeout in text', { timeout: '15' }, 'timeout: must be a number'],
    ['a wait that is not a number', { waitSeconds: Number.NaN }, 'waitSeconds: must be a number'],
    ['a negative pause', { pollSeconds: -1 }, 'pollSeconds: must be a number'],
    ['toolsets that are text', { toolsets: 'apps' }, 'names of toolsets must be a list'],
    ['an unknown toolset', { toolsets: ['app'] }, 'There is no toolset app; did you mean apps?'],
    [
      'an unknown tool',
      { tools: ['list_server'] },
      'There is no tool list_server; did you mean list_servers?',
    ],
    ['a threshold that is misspelt', { confirm: 'distruptive' }, 'did you mean disruptive?'],
    [
      'a threshold that is no risk of a change',
      { confirm: 'read' },
      'confirm: must be one of write, disruptive',
    ],
    ['a threshold that is false', { confirm: false }, 'confirm: must be one of'],
    ['an unknown fallback', { confirmFallback: 'twostep' }, 'did you mean two-step?'],
    ['a scope in one text', { servers: 'shop,agency' }, 'servers: must be a list of ids or labels'],
    ['a scope with a number', { apps: [90021] }, 'apps: must be a list of ids or labels'],
    ['a scope with an empty entry', { servers: ['shop', ' '] }, 'servers: must be a list of ids or labels'],
    ['a scope of no server', { servers: [] }, 'servers: '],
    ['a scope of no app', { apps: [] }, 'apps: '],
    ['a protection of nothing', { protect: [] }, 'protect: '],
    ['a scope of no app beside one of servers', { servers: ['shop'], apps: [] }, 'apps: '],
    ['a protection that is text', { protect: '*production*' }, 'protect: must be a list of ids or labels'],
    ['an age in text', { backupHours: '24' }, 'backupHours'],
    ['a negative age', { backupHours: -1 }, 'backupHours'],
    ['an unknown exclusion', { excludeTools: ['pong'] }, 'There is no tool pong; did you mean ping?'],
  ])('%s', (_, options, words) => expect(refused(options)).toContain(words))

  it.each([
    'http://api.example.com/api/v2',
    'https://user:canary@api.example.com',
    'https://:canary@api.example.com',
    'https://api.example.com/?key=canary',
    'ftp://api.example.com',
    'api.example.com',
    '',
    7,
  ])('the address %s', (apiUrl) => {
    expect(refused({ apiUrl })).toContain('apiUrl: must be an https URL')
    expect(refused({ apiUrl })).not.toContain('canary')
  })

  it.each([
    ['nothing in them', {}],
    ['a key without an email', { apiKey: 'canary-key' }],
    ['an email that is none', { email: 'canary', apiKey: 'canary-key' }],
    ['a token of two lines', { accessToken: 'cw_canary\nx' }],
    ['a token with a blank', { accessToken: 'Bearer cw_canary' }],
    ['an empty token', { accessToken: '' }],
    ['both kinds', { accessToken: 'cw_canary', email: 'a@example.com', apiKey: 'canary-key' }],
    ['a misspelt name', { accesToken: 'cw_canary' }],
    ['text', 'cw_canary'],
  ])('credentials with %s, without repeating them', (_, credentials) => {
    expect(refused({ credentials })).toContain('redentials')
    expect(refused({ credentials })).not.toContain('canary')
    expect(() => createCloudways().withCredentials(credentials as never)).toThrow(InputError)
  })
})

it.each([
  'http://localhost:3000/api/v2',
  'http://127.0.0.1:3000',
  'http://[::1]:3000',
  'https://api.cloudways.com/api/v1/',
])('createCloudways accepts %s', (apiUrl) => expect(refused({ apiUrl })).toBe('accepted'))
