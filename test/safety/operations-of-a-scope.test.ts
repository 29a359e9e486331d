/** An operation whose answer names no server or app belongs to the scope that started it. */
import { createCloudways } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { ids } from './support.ts'

const traffic = { ...ids, duration: '1h', resource: 'top_ips' } as const

/** One toolkit starts an operation. Another one, with the same account and storage, asks for it. */
async function ask(mine: object, other: object) {
  const storage = memoryStorage()
  const { cloudways, sandbox } = setUp({ storage, ...mine })
  const { operation_id } = (await cloudways.call('get_app_analytics_traffic', traffic)) as {
    operation_id: string
  }
  // The answer about the operation names no server and no app.
  const body = { operation: { id: operation_id, is_completed: '1' } }
  sandbox.fail({ operation: 'operation_status', body, times: Number.POSITIVE_INFINITY })
  const second = createCloudways({
    ...{ storage, fetch: sandbox.fetch, rateLimit: null, ...other },
    credentials: { accessToken: sandbox.credentials.accessToken },
  })
  return second.call('get_operation', { operation_id })
}

describe('an operation under a scope', () => {
  it.each([
    [{ servers: ['70011'] }, { servers: ['70011'] }],
    [{ servers: ['shop', '70024'] }, { servers: ['70024', ' SHOP ', 'shop'] }],
    [
      { servers: ['70011'], apps: ['90021', '90022'] },
      { servers: ['70011'], apps: ['90022', '90021'] },
    ],
  ])('is known to another process of the same scope: %j, %j', async (mine, other) => {
    expect(await ask(mine, other)).toMatchObject({ state: 'completed' })
  })

  it.each([
    [{ servers: ['70011'] }, { servers: ['70024'] }],
    [{ servers: ['70011', '70024'] }, { servers: ['70024'] }],
    [{ apps: ['90021'] }, { apps: ['90022'] }],
  ])('is not known to another scope: %j, %j', async (mine, other) => {
    expect(await failure(ask(mine, other))).toMatchObject({ code: 'refused_by_policy', rule: 'scope' })
  })
})
