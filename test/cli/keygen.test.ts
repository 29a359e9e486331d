import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { run } from './run.ts'
import { runHere } from './run-here.ts'

it('makes keys that it can prove, of the environment, a file and stdin, without repeating them', async () => {
  const { stdout } = await run(['keygen'])
  const key = stdout.trim()
  expect(stdout).toMatch(/^[\w-]{43}=\n$/)
  const dir = mkdtempSync(join(tmpdir(), 'key-'))
  const file = join(dir, 'key')
  writeFileSync(file, `${key},${key}\n`)
  const check = ['keygen', '--check']
  expect((await runHere(check, { stdin: stdout })).stdout).toBe('stdin: a good key\n')
  expect((await runHere(check, { env: { ENCRYPTION_KEY: key } })).stdout).toBe('ENCRYPTION_KEY: a good key\n')
  expect((await runHere([...check, '--file', file])).stdout).toBe('The file: 2 good keys\n')
  rmSync(dir, { recursive: true })
  const bad = await runHere(check, { env: { ENCRYPTION_KEY: `${key},${key.slice(1)}` } })
  expect(bad).toEqual({
    code: 1,
    stdout: '',
    stderr: 'ENCRYPTION_KEY, key 2 of 2: The encryption key has 43 characters. A key has 44.\n',
  })
})
