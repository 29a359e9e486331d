import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfigFile } from '../../src/cli/config-file.ts'
import { variableList } from '../../src/server/config/variables.ts'
import { runHere } from './run-here.ts'

const folder = mkdtempSync(join(tmpdir(), 'cloudways-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const fileOf = (content: string | Buffer) => {
  const path = join(folder, '.env')
  writeFileSync(path, content)
  return path
}

function read(content: string | Buffer, env: Record<string, string> = {}) {
  const all = { ...env }
  readConfigFile(fileOf(content), all)
  return all
}

describe('a file of variables', () => {
  it('is read by the commands, under what is set', async () => {
    const file = fileOf('PORT=7101\nLOG_LEVEL=ERROR\nAPPS=my shop,120033\n')
    const { code, stdout, stderr } = await runHere(['http', '--print-config', '--config', file], {
      env: { PORT: '7100' },
    })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('PORT=7100\n')
    expect(stdout).toContain('LOG_LEVEL=ERROR\n')
    expect(stdout).toContain("APPS='my shop,120033'\n")
  })

  it.each([
    ['PROTECT=shop', 'shop'],
    ['  export PROTECT=shop  ', 'shop'],
    ['PROTECT=my shop,*production*', 'my shop,*production*'],
    ['PROTECT=\'a#b "c" $d\'', 'a#b "c" $d'],
    ['PROTECT="my shop" # both', 'my shop'],
    ['PROTECT=shop # not a part of it', 'shop'],
    ['PROTECT=', ''],
    ["PROTECT=''", ''],
    ['\uFEFFPROTECT=shop', 'shop'],
    ['# a note\r\n\r\nPROTECT=shop\r\n', 'shop'],
  ])('%j', (content, value) => {
    expect(read(content)).toEqual({ PROTECT: value })
  })

  it.each([
    'PROTECT: shop',
    'READ_ONLY true',
    '- SERVERS',
    'SERVERS=shop#2',
    "PROTECT='a,b",
    "PROTECT='a' b",
    'PROTECT="a \\" b"',
    'PROTECT=$SHOP',
    'PROTECT="$(hostname)"',
    '=shop',
  ])('refuses the line %j, without repeating it', (text) => {
    expect(() => read(`READ_ONLY=true\n${text}\n`)).toThrow(
      `--config: line 2 of ${join(folder, '.env')} is not NAME=value.`,
    )
  })

  it.each(['PROTECT =shop', 'PROTECT= shop', 'export PROTECT = shop'])('names the blank in %j', (text) => {
    expect(() => read(text)).toThrow('.env is not NAME=value: a blank is beside the =.')
  })

  it.each([
    ['PROTEC=shop', 'there is no variable PROTEC.'],
    ['NODE_OPTIONS=--require=x', 'there is no variable NODE_OPTIONS.'],
    ['READ_ONLY=true\nREAD_ONLY=false', 'READ_ONLY is set twice.'],
  ])('refuses %j', (content, message) => {
    expect(() => read(content)).toThrow(message)
  })

  it('reads .env.example, whatever of it is uncommented', () => {
    const example = readFileSync('.env.example', 'utf8').replaceAll(/^# (?=[A-Z_]+=)/gm, '')
    const values = read(example)
    const names = [
      ...variableList.map(([name]) => name as string),
      'CLOUDWAYS_ACCESS_TOKEN_NAME',
      'CLOUDWAYS_TOKEN_FILE_NAME',
    ]
    expect(Object.keys(values).sort()).toEqual(names.sort())
    expect(values.PROTECT).toBe('*production*,my shop')
  })

  it('refuses another encoding', () => {
    expect(() => read(Buffer.from('\uFEFFREAD_ONLY=true\nPROTECT=shop', 'utf16le'))).toThrow(
      'it is not UTF-8',
    )
    expect(() => read(Buffer.from('READ_ONLY=true', 'utf16le'))).toThrow('is not NAME=value')
  })

  it('loses no line of anything', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (value) => {
        const text = `PROTECT=${value.replaceAll(/[\r\n]/g, ' ')}`
        try {
          expect(Object.keys(read(`${text}\nREAD_ONLY=true`))).toEqual(['PROTECT', 'READ_ONLY'])
        } catch (error) {
          expect((error as Error).message).toContain('line 1')
        }
      }),
    )
  })
})
