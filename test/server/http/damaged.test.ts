/** A process on a folder whose records were damaged, and what its log says. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { UpstreamError } from 'cloudways-tools'
import { generateKey } from 'cloudways-tools/crypto'
import { createSandbox } from 'cloudways-tools/sandbox'
import { createLogger, readConfig } from 'cloudways-tools/server'
import { afterAll, expect, it } from 'vitest'
import { openServices } from '../../../src/server/http/services.ts'
import { failure } from '../../support/upstream.ts'

const scratch = mkdtempSync(join(tmpdir(), 'state-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const sandbox = createSandbox({ operationSeconds: 0 })
const { email, apiKey } = sandbox.credentials

async function open(dir: string, key = generateKey()) {
  const lines: string[] = []
  const logger = createLogger({ write: (line) => lines.push(line) })
  const env = { STORAGE_DIR: join(scratch, dir), ENCRYPTION_KEY: key, CONFIRM: 'never', BACKUP_HOURS: '0' }
  const services = await openServices(readConfig(env), { sandbox, logger })
  const cloudways = services.cloudways.withCredentials({ email, apiKey })
  const told = (word: string) => lines.filter((line) => line.includes(word))
  return { services, cloudways, told }
}

it('a damaged token is exchanged anew, a damaged mark refuses a second clone, and each is told once', async () => {
  const first = await open('damaged')
  const clone = { server_id: '70011', app_id: '90021', app_label: 'copy' }
  await first.cloudways.call('clone_app', clone)
  await first.services.dispose()
  const dir = join(scratch, 'damaged')
  for (const file of readdirSync(dir)) if (file.startsWith('k-')) writeFileSync(join(dir, file), '{"expires')
  const before = sandbox.mutations.length

  const { services, cloudways, told } = await open('damaged')
  expect((await cloudways.call('list_servers', {})).servers.length).toBeGreaterThan(0)
  for (let round = 0; round < 3; round++) {
    const refused = (await failure(cloudways.call('clone_app', clone))) as UpstreamError
    expect(refused.details.outcome).toBe('unknown')
  }
  expect(sandbox.mutations.length).toBe(before)
  expect(told('record=token:')).toHaveLength(1)
  expect(told('record=once:')).toHaveLength(1)
  expect(told('counts=refusing')).toHaveLength(1)
  await services.dispose()
})

it('a key that does not fit is told once, and not for each record', async () => {
  const first = await open('keys')
  await first.cloudways.call('list_servers', {})
  await first.services.dispose()
  const { services, cloudways, told } = await open('keys')
  for (let round = 0; round < 3; round++) {
    expect((await cloudways.call('list_servers', {})).servers.length).toBeGreaterThan(0)
  }
  expect(told('ENCRYPTION_KEY does not open')).toHaveLength(1)
  await services.dispose()
})
