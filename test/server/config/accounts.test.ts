/** The variables of further accounts. */
import { readConfig } from 'cloudways-tools/server'
import { describe, expect, it } from 'vitest'
import { accountsOf, checkExposure, secretsOf } from '../../../src/server/config/config.ts'
import { environmentHelp, printConfig } from '../../../src/server/config/text.ts'
import { envExample } from '../../scripts/env-example.ts'
import { refusal } from './support.ts'

const token = (letter: string) => `cw_${letter.repeat(12)}`

it('makes an account of each, named in lower case, and default of the one without a name', () => {
  const config = readConfig({
    CLOUDWAYS_ACCESS_TOKEN: token('a'),
    CLOUDWAYS_ACCESS_TOKEN_SHOP: token('b'),
    CLOUDWAYS_ACCESS_TOKEN_BLOG_2: ` ${token('c')} `,
    CLOUDWAYS_ACCESS_TOKEN_EMPTY: '',
  })
  expect(accountsOf(config)).toEqual({
    credentials: { accessToken: token('a') },
    accounts: { blog_2: { accessToken: token('c') }, shop: { accessToken: token('b') } },
  })
  expect(secretsOf(config)).toEqual([token('a'), token('c'), token('b')])
})

it('stands beside email and API key too, and alone', () => {
  const legacy = { CLOUDWAYS_EMAIL: 'a@b.co', CLOUDWAYS_API_KEY: 'abcdefgh12345678' }
  const both = readConfig({ ...legacy, CLOUDWAYS_ACCESS_TOKEN_SHOP: token('b') })
  expect(accountsOf(both).credentials).toHaveProperty('email')
  const alone = readConfig({ CLOUDWAYS_ACCESS_TOKEN_SHOP: token('b') })
  expect(accountsOf(alone)).toEqual({
    credentials: undefined,
    accounts: { shop: { accessToken: token('b') } },
  })
  expect(accountsOf(readConfig({}))).toEqual({ credentials: undefined })
})

it.each<[Record<string, string>, string]>([
  [{ CLOUDWAYS_ACCESS_TOKEN_ALL: token('a') }, 'no account can be called all'],
  [{ CLOUDWAYS_ACCESS_TOKEN_: token('a') }, 'the name of an account has 1 to 40 lower case letters'],
  [{ 'CLOUDWAYS_ACCESS_TOKEN_A.B': token('a') }, 'the name of an account has'],
  [{ CLOUDWAYS_ACCESS_TOKEN_SHOP: '$TOKEN' }, 'CLOUDWAYS_ACCESS_TOKEN_SHOP: '],
  [
    { CLOUDWAYS_ACCESS_TOKEN_SHOP: token('a'), CLOUDWAYS_ACCESS_TOKEN_Shop: token('b') },
    'CLOUDWAYS_ACCESS_TOKEN_Shop and another variable for shop are both set',
  ],
  [
    { CLOUDWAYS_ACCESS_TOKEN: token('a'), CLOUDWAYS_ACCESS_TOKEN_DEFAULT: token('b') },
    'both are called default',
  ],
  [{ CLOUDWAYS_ACCESS_TOKEN: token('a'), CLOUDWAYS_ACCESS_TOKEN_SHOP: token('a') }, 'have the same token'],
  [{ CLOUDWAYS_ACCESS_TOKENS_SHOP: token('a') }, 'There is no variable CLOUDWAYS_ACCESS_TOKENS_SHOP'],
])('refuses %o', (env, words) => {
  const told = refusal(env)
  expect(told).toContain(words)
  for (const value of Object.values(env)) expect(told).not.toContain(value)
})

describe('SERVERS, APPS and PROTECT', () => {
  const two = { CLOUDWAYS_ACCESS_TOKEN: token('a'), CLOUDWAYS_ACCESS_TOKEN_SHOP: token('b') }

  it.each<[Record<string, string>, string]>([
    [{ SERVERS: 'shpo:70011' }, 'SERVERS: there is no account shpo, only default, shop.'],
    [{ PROTECT: 'shops:*' }, 'PROTECT: there is no account shops; did you mean shop?'],
    [{ APPS: 'shop:' }, 'APPS: after shop: an id or a label is missing.'],
    [{ SERVERS: '*' }, 'ids or labels, without *'],
  ])('refuses %o', (guard, words) => expect(refusal({ ...two, ...guard })).toContain(words))

  it.each(['shop:70011', 'default:web:prod', 'Web: Production', 'shop:*', '70011'])('takes %s', (entry) => {
    expect(readConfig({ ...two, SERVERS: entry }).servers).toEqual([entry])
  })

  it('know no account where there is one: a label may hold a colon', () => {
    expect(readConfig({ SERVERS: 'web:prod', PROTECT: 'web:*' }).servers).toEqual(['web:prod'])
    expect(refusal({ SERVERS: 'web:*' })).toContain('web:* is for one of several accounts')
  })
})

it('hides each token where the configuration is printed', () => {
  const text = printConfig(readConfig({ CLOUDWAYS_ACCESS_TOKEN_SHOP: token('b') }))
  expect(text).toContain('CLOUDWAYS_ACCESS_TOKEN_SHOP=[hidden]\n')
  expect(text).not.toContain(token('b'))
})

it('is in the help and in .env.example', () => {
  expect(environmentHelp()).toMatch(/^ {2}CLOUDWAYS_ACCESS_TOKEN_NAME +Access token of a further account/m)
  expect(envExample()).toContain('# CLOUDWAYS_ACCESS_TOKEN_NAME=\n')
})

it('counts as an account: a server with one is for this machine alone', () => {
  const config = readConfig({ CLOUDWAYS_ACCESS_TOKEN_SHOP: token('b'), HOST: '0.0.0.0' })
  expect(() => checkExposure(config)).toThrow('anyone who reaches the server would use that account')
})
