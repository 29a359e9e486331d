/** A call that makes something new and is answered at once, without an operation, is made once as well. */
import { createCloudways, defineTools, secret, UpstreamError } from 'cloudways-tools'
import { memoryStorage } from 'cloudways-tools/storage'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { setUp, unguarded } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { sent } from './support.ts'

interface Created {
  project: { id: string; name: string }
  password: string
}

const made = (body: unknown) => ({
  ...(body as { project: Created['project'] }),
  password: `sesame-${(body as Created).project.id}`,
})

function own(answer: (body: unknown) => unknown = made) {
  const extraTools = defineTools('mine', {
    my_tool: {
      title: 'My tool',
      description: 'Makes a project. Answers it, with a password.',
      risk: 'write',
      reach: 'none',
      input: { name: z.string().max(20) },
      output: z.looseObject({ password: secret(z.string()) }),
      effects: { impact: 'There is one more project.', undo: null },
      creates: true,
      reveals: true,
      request: (input: { name: string }) => ({
        method: 'POST',
        path: '/project',
        body: { ...input, app_ids: '' },
      }),
      answer,
    },
  } as never)
  const storage = memoryStorage()
  const options = { ...unguarded, storage, extraTools, revealSecrets: true }
  const kit = setUp(options as never)
  const { credentials, fetch } = kit.sandbox
  const other = createCloudways({
    ...options,
    fetch,
    credentials: { accessToken: credentials.accessToken },
  } as never)
  const callOf = (one: typeof other) => (name: string) =>
    one.call('my_tool' as never, { name } as never) as Promise<Created>
  return { ...kit, storage, call: callOf(kit.cloudways), callOther: callOf(other) }
}

describe('a call that makes something new and starts no operation', () => {
  it('is made once, and its repeat answers the same and says so', async () => {
    const { call, sandbox } = own()
    const first = await call('shops')
    expect(first).not.toHaveProperty('repeated')
    expect(await call('shops')).toMatchObject({ project: first.project, repeated: true })
    expect(sent(sandbox)).toEqual(['/project'])
    expect(await call('clients')).not.toHaveProperty('repeated')
    expect(sent(sandbox)).toHaveLength(2)
  })

  it('is made once by two processes at the same time', async () => {
    const { call, callOther, sandbox } = own()
    const answers = await Promise.all([1, 2, 3].flatMap(() => [call('shops'), callOther('shops')]))
    expect(new Set(answers.map(({ project }) => project.id)).size).toBe(1)
    expect(answers.filter((answer) => !('repeated' in answer))).toHaveLength(1)
    expect(sent(sandbox)).toEqual(['/project'])
  })

  it('tells a secret once, and keeps none', async () => {
    const { call, storage } = own()
    const { set } = storage
    const written: string[] = []
    storage.set = async (key, value, options) => {
      written.push(JSON.stringify(value))
      return set(key, value, options)
    }
    expect((await call('shops')).password).toMatch(/^sesame-\d+$/)
    expect((await call('shops')).password).toBe('[hidden]')
    expect(written.join()).toContain('[hidden]')
    expect(written.join()).not.toContain('sesame')
  })

  it('is not made again when its answer was lost or could not be read', async () => {
    const lost = own()
    lost.sandbox.fail({ operation: 'project_create', reset: 'after' })
    expect(await failure(lost.call('shops'))).toMatchObject({ outcome: 'unknown' })
    const unread = own(() => {
      throw new UpstreamError('No project is in it.', 'Report this.')
    })
    expect(await failure(unread.call('shops'))).toMatchObject({ outcome: 'unknown' })
    for (const { call, sandbox } of [lost, unread]) {
      const again = (await failure(call('shops'))) as Error
      expect(again.message).toContain('It was not made again.')
      expect(sent(sandbox)).toEqual(['/project'])
    }
  })

  it('can be made again after it was refused', async () => {
    const { call, sandbox } = own()
    sandbox.fail({ operation: 'project_create', answer: 'refused' })
    expect(await failure(call('shops'))).toMatchObject({ outcome: 'failed' })
    expect(await call('shops')).not.toHaveProperty('repeated')
    expect(sent(sandbox)).toEqual(['/project'])
  })
})
