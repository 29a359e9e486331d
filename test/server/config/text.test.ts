import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { generateKey } from 'cloudways-tools/crypto'
import { type Environment, readConfig } from 'cloudways-tools/server'
import { expect, it } from 'vitest'
import { environmentHelp, printConfig } from '../../../src/server/config/text.ts'
import { variableList } from '../../../src/server/config/variables.ts'
import { envExample } from '../../scripts/env-example.ts'
import { refusal } from './support.ts'

const key = generateKey()

it('prints the configuration with secrets masked', () => {
  const password = 'p%2Fcanary'
  const text = printConfig(
    readConfig({
      CLOUDWAYS_ACCESS_TOKEN: 'cw_canary_1',
      ENCRYPTION_KEY: key,
      REDIS_URL: `redis://user:${password}@host:6379/1`,
      TOOLSETS: 'servers,apps',
    }),
  )
  expect(text).toContain('CLOUDWAYS_ACCESS_TOKEN=[hidden]\n')
  expect(text).toContain('REDIS_URL=redis://user:[hidden]@host:6379/1\n')
  expect(text).toContain('TOOLSETS=servers,apps\n# TOOLS=\n')
  expect(text).toContain('PORT=7000\n')
  expect(text).not.toContain('canary')
  expect(text).not.toContain(key)
  // The tools are chosen by name, so the preset is not in force.
  expect(text).toContain('# PRESET=\n')
  expect(text).toContain('CONFIRM=disruptive\n# CONFIRM_FALLBACK=\n')
})

it('prints a configuration that it can read again', () => {
  const env = {
    PORT: '8080',
    READ_ONLY: '1',
    TOOLSETS: 'servers',
    LOG_FORMAT: 'json',
    PROTECT: 'my shop,*live*',
    CONFIRM_FALLBACK: 'refuse',
  }
  const printed = printConfig(readConfig(env))
  expect(readConfig(parseEnv(printed) as Environment)).toEqual(readConfig(env))
})

it('.env.example is up to date (vitest -u writes it)', async () => {
  await expect(envExample()).toMatchFileSnapshot('../../../.env.example')
  const example = readFileSync('.env.example', 'utf8')
  expect(example).not.toMatch(/^[^#\n]/m)
})

it('every value in .env.example is accepted', () => {
  const lines = envExample().replaceAll(/^# (?=[A-Z_]+=.)/gm, '')
  for (const [name, value] of Object.entries(parseEnv(lines))) {
    const needs: Record<string, Record<string, string>> = {
      REDIS_URL: { ENCRYPTION_KEY: key },
      STORAGE_DIR: { ENCRYPTION_KEY: key },
      APPROVAL_WEBHOOK: { APPROVAL_WEBHOOK_SECRET: key },
    }
    expect(refusal({ [name]: value as string, ...needs[name] })).toBe('accepted')
  }
})

it('names every variable in the help', () => {
  const help = environmentHelp()
  for (const [name] of variableList) expect(help).toMatch(new RegExp(`^  ${name} `, 'm'))
  expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThan(260)
})
