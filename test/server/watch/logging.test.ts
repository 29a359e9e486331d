import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from 'cloudways-tools'
import { createLogger, type LoggerOptions } from 'cloudways-tools/server'
import { describe, expect, it } from 'vitest'

function capture(options: LoggerOptions = {}) {
  const lines: string[] = []
  return { lines, logger: createLogger({ ...options, write: (line) => lines.push(line) }) }
}

const canaries = {
  accessToken: 'cw_canary_token_0001',
  headers: { 'x-cloudways-api-key': 'canary-api-key', authorization: 'Bearer canaryBearer0001' },
  nested: [{ master_password: 'canary-pass' }],
  url: 'redis://user:canary-redis@host/0',
  note: 'the key is KNOWN"canary\\ here',
  error: new Error('POST failed: password=canary-message', { cause: new Error('cw_canary9xK2cause01') }),
}

describe.each(['console', 'json'] as const)('the %s format', (format) => {
  it('hides secrets by name, by form and by value, also in errors', () => {
    const { lines, logger } = capture({ format, level: 'DEBUG', secrets: ['KNOWN"canary\\'] })
    logger.error('cw_canary9xK2message01 failed', canaries)
    expect(lines.join('')).not.toContain('canary')
    expect(lines.join('')).toContain('[hidden]')
  })

  it('writes one line per event, whatever the values hold', () => {
    const { lines, logger } = capture({ format })
    logger.info('event', { path: '/a\n2026 ERROR forged', empty: undefined })
    expect(lines).toHaveLength(1)
    expect(lines[0]?.trimEnd()).not.toContain('\n')
  })

  it('writes errors with their stack', () => {
    const { lines, logger } = capture({ format })
    logger.error('failed', { error: new TypeError('no such thing') })
    expect(lines[0]).toContain('TypeError: no such thing')
    expect(lines[0]).toContain('logging.test.ts')
  })
})

describe('createLogger', () => {
  it('writes what is at least as bad as its level', () => {
    const { lines, logger } = capture({ level: 'WARNING' })
    logger.debug('a')
    logger.info('b')
    logger.warning('c')
    logger.error('d')
    expect(lines.map((line) => line.split(' ').at(-1)?.trim())).toEqual(['c', 'd'])
  })

  it('writes JSON that can be parsed, and words that can be read', () => {
    const json = capture({ format: 'json' })
    json.logger.info('request', { status: 200, tool: undefined })
    expect(JSON.parse(json.lines[0] as string)).toEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'INFO',
      message: 'request',
      status: 200,
    })
    const text = capture()
    text.logger.info('request', { status: 200, path: '/mcp', what: 'two words' })
    expect(text.lines[0]).toMatch(/^\S+Z INFO {4}request status=200 path=\/mcp what="two words"\n$/)
  })

  it('appends to a file that only its owner can read', () => {
    const dir = mkdtempSync(join(tmpdir(), 'log-'))
    const file = join(dir, 'server.log')
    for (const message of ['one', 'two']) {
      const { logger } = capture({ file })
      logger.info(message, { token: 'canary' })
      logger.close()
    }
    const text = readFileSync(file, 'utf8')
    expect(text.split('\n')).toHaveLength(3)
    expect(text).not.toContain('canary')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    rmSync(dir, { recursive: true })
  })

  it('says in one line that the file cannot be written', () => {
    expect(() => createLogger({ file: '/nowhere/at/all.log' })).toThrow(InputError)
    expect(() => createLogger({ file: '/nowhere/at/all.log' })).toThrow(
      "LOG_FILE: the file can't be written (ENOENT).",
    )
  })
})
