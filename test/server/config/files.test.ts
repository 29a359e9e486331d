/** Secrets in files, as Docker and Kubernetes hand them over. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from 'cloudways-tools/crypto'
import { readConfig } from 'cloudways-tools/server'
import { afterAll, describe, expect, it } from 'vitest'
import { printConfig } from '../../../src/server/config/text.ts'
import { runHere } from '../../cli/run-here.ts'
import { refusal } from './support.ts'

const dir = mkdtempSync(join(tmpdir(), 'secret-files-'))
afterAll(() => rmSync(dir, { recursive: true }))

let files = 0
function fileWith(content: string | Buffer): string {
  const path = join(dir, `secret-${++files}`)
  writeFileSync(path, content)
  return path
}

const token = 'cw_canary_token_0123456789'

describe('a secret in a file', () => {
  it('is used as if its variable were set, without blanks and line ends around it', () => {
    const key = generateKey()
    const config = readConfig({
      CLOUDWAYS_TOKEN_FILE: ` ${fileWith(`${token}\r\n`)} `,
      CLOUDWAYS_TOKEN_FILE_SHOP: fileWith('  cw_other_token_0123456789\n\n'),
      ENCRYPTION_KEY_FILE: fileWith(`${key}\n`),
      REDIS_URL_FILE: fileWith('redis://:canary@localhost:6379/0\n'),
    })
    expect(config).toMatchObject({
      cloudwaysAccessToken: token,
      furtherTokens: { shop: 'cw_other_token_0123456789' },
      encryptionKey: key,
      redisUrl: 'redis://:canary@localhost:6379/0',
    })
    const printed = printConfig(config)
    expect(printed).toContain(`CLOUDWAYS_TOKEN_FILE=${dir}`)
    expect(printed).toContain('# CLOUDWAYS_ACCESS_TOKEN=\n')
    expect(printed).not.toMatch(/canary/)
  })

  it('may be the API key', () => {
    const env = {
      CLOUDWAYS_EMAIL: 'me@shop.example.org',
      CLOUDWAYS_API_KEY_FILE: fileWith('abcdefgh12345678'),
    }
    expect(readConfig(env).cloudwaysApiKey).toBe('abcdefgh12345678')
  })

  it.each<[string, Record<string, string>, string | RegExp]>([
    [
      'set in both ways',
      { CLOUDWAYS_ACCESS_TOKEN: token, CLOUDWAYS_TOKEN_FILE: fileWith(token) },
      'CLOUDWAYS_ACCESS_TOKEN and CLOUDWAYS_TOKEN_FILE are both set, but one value is wanted. Unset one of them.',
    ],
    [
      'an account set in both ways',
      { CLOUDWAYS_ACCESS_TOKEN_SHOP: token, CLOUDWAYS_TOKEN_FILE_SHOP: fileWith(token) },
      /^CLOUDWAYS_ACCESS_TOKEN_SHOP and CLOUDWAYS_TOKEN_FILE_SHOP are both set/,
    ],
    ['empty', { CLOUDWAYS_TOKEN_FILE: fileWith(' \n') }, /^CLOUDWAYS_TOKEN_FILE: the file is empty\./],
    ['a folder', { ENCRYPTION_KEY_FILE: dir }, /^ENCRYPTION_KEY_FILE: the file can't be read \(EISDIR\)\./],
    [
      'no text',
      { CLOUDWAYS_TOKEN_FILE: fileWith(Buffer.from([0xff, 0xfe, 0x00])) },
      /^CLOUDWAYS_TOKEN_FILE: the file is not UTF-8\./,
    ],
    [
      'no token',
      { CLOUDWAYS_TOKEN_FILE: fileWith('canary') },
      /^CLOUDWAYS_TOKEN_FILE: An access token begins with cw_\./,
    ],
    [
      'no key',
      { ENCRYPTION_KEY_FILE: fileWith(`${generateKey()},canary`) },
      /^ENCRYPTION_KEY_FILE \(key 2 of 2\): The encryption key has 6 characters\./,
    ],
    [
      'called as the others are',
      { CLOUDWAYS_ACCESS_TOKEN_FILE: '/run/secrets/token' },
      /Did you mean CLOUDWAYS_TOKEN_FILE\?$/,
    ],
    ['misspelt', { CLOUDWAYS_TOKN_FILE: 'x' }, /Did you mean CLOUDWAYS_TOKEN_FILE\?$/],
  ])('is refused when it is %s, in the name that was set', (_, env, line) => {
    const said = refusal(env)
    expect(said).toMatch(line)
    expect(said).not.toContain('canary')
  })

  it('works for the command, and stays out of its output', async () => {
    const { code, stdout, stderr } = await runHere(['doctor'], {
      env: {
        ...{ PORT: '0', CLOUDWAYS_API_URL: 'http://127.0.0.1:9' },
        CLOUDWAYS_TOKEN_FILE: fileWith(`${token}\n`),
      },
    })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^FAIL {2}Account +Cloudways can't be reached/m)
    expect(stdout + stderr).not.toContain('canary')
  })
})
