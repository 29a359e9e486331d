import { InputError, UpstreamError } from 'cloudways-tools'
import { createLogger } from 'cloudways-tools/server'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { redact } from '../../src/core/answer/redact.ts'
import { secret } from '../../src/core/declare/marks.ts'
import { setUp, setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

/** Sentences of ours that a guess by form would make unreadable. */
const sentences = [
  'ssl_key: must be in PEM form.',
  'ENCRYPTION_KEY: The encryption key has 12 characters.',
  'password: hunter-like words are refused.',
  "api_key: 'quoted' is no key.",
  'There is no branch cw_abc123def456.',
]

describe('a sentence of our own', () => {
  it.each(sentences)('reaches the caller as it is: %s', async (sentence) => {
    const { call } = setUpTool({
      risk: 'read',
      input: {},
      run: async () => {
        throw new InputError(sentence, sentence, { option: sentence })
      },
    })
    const error = await failure(call({}))
    expect(error).toMatchObject({ message: sentence, next: sentence, details: { option: sentence } })
  })

  it('loses the credentials of the account, and the arguments that a schema marks', async () => {
    const { call, cloudways, sandbox } = setUpTool({
      risk: 'read',
      input: { pass_phrase: secret(z.string()), label: z.string() },
      run: async ({ pass_phrase, label }: Record<string, string>) => {
        const words = `${label}: ${pass_phrase} and ${sandbox.credentials.accessToken}`
        throw new UpstreamError(words, words, { said: 'DB_PASSWORD=other-value' })
      },
    })
    // A credential is known from its first request on.
    await cloudways.call('list_projects' as never, {} as never)
    const error = (await failure(call({ pass_phrase: 'correct horse', label: 'cw_production' }))) as Error
    expect(error.message).toBe('cw_production: [hidden] and [hidden]')
    expect(JSON.stringify(error)).not.toMatch(/correct horse|other-value/)
  })

  it.each(sentences)('stands in the log as it is: %s', (sentence) => {
    const lines: string[] = []
    const logger = createLogger({ format: 'json', write: (line) => lines.push(line) })
    logger.error('failed', { error: new InputError(sentence) })
    expect(JSON.parse(lines[0] as string).error.message).toBe(sentence)
  })

  it('of the schema names the argument that is wrong', async () => {
    const { cloudways } = setUp()
    const input = { server_id: '1', app_id: '1', ssl_crt: 'x', ssl_key: 'no key' }
    const { message } = (await failure(cloudways.call('install_ssl_certificate', input))) as Error
    expect(message).toMatch(/ssl_key: must be in PEM form/)
    expect(message).not.toContain('hidden')
  })
})

it('for a person who decides, only what is known or marked is hidden', () => {
  const schema = z.looseObject({ key: secret(z.string()) })
  const value = {
    key: 'x',
    branch: 'cw_abc123def456',
    password: 'plain',
    url: 'a://u:p@h',
    text: 'known-value',
  }
  const shown = { ...value, key: '[hidden]', text: '[hidden]' }
  expect(redact(value, { schema, known: ['known-value'], exact: true })).toEqual(shown)
})

it('rows and pairs that name a setting hide its value', () => {
  const rows = [
    { name: 'API_KEY', value: 'x' },
    { key: 'smtp.password', value: { deep: 'x' } },
    { option_name: 'db_pass', option_value: 'x', autoload: 'yes' },
    { header: 'Authorization', value: 'x' },
    { name: 'secret-santa', size_mb: 3 },
    { name: 'memory_limit', value: '256M' },
    { name: 'password_set', value: true },
  ]
  const hidden = '[hidden]'
  expect(
    redact({
      rows,
      pairs: [
        ['API_KEY', 'x'],
        ['MODE', 'live'],
      ],
      tags: ['secret', 'main'],
    }),
  ).toEqual({
    rows: [
      { name: 'API_KEY', value: hidden },
      { key: 'smtp.password', value: hidden },
      { option_name: 'db_pass', option_value: hidden, autoload: 'yes' },
      { header: 'Authorization', value: hidden },
      ...rows.slice(4),
    ],
    pairs: [
      ['API_KEY', hidden],
      ['MODE', 'live'],
    ],
    tags: ['secret', 'main'],
  })
})
