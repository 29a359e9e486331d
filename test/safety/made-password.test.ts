/** A password that a call leaves out is made, and only a person sees it. */
import { type CloudwaysError, type CloudwaysOptions, type FoundSecrets, operation } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { newPassword as generate } from '../../src/core/send/made-secret.ts'
import { errorContent } from '../../src/errors.ts'
import { newPassword, server } from '../../src/tools/params.ts'
import { setUpTool } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'

const where = 'A person finds it on a page.'

function kit(options: CloudwaysOptions = {}, keep = true) {
  const found: FoundSecrets[] = []
  const steps: string[] = []
  const onSecrets = (secrets: FoundSecrets) => {
    found.push(secrets)
    steps.push('handed over')
    return where
  }
  const made = setUpTool(
    {
      risk: 'disruptive',
      settle: null,
      input: { server_id: server(), password: newPassword() },
      output: operation,
      mayEndAtOnce: true,
      request: (body: object) => ({ method: 'POST', path: '/server/manage/masterPassword', body }),
    },
    { confirm: 'never', ...(keep && { onSecrets }), ...options },
  )
  return { ...made, found, steps }
}

const sentBy = ({ sandbox }: ReturnType<typeof kit>) =>
  sandbox.mutations.map(({ body }) => (body as { password?: string }).password)

describe('a password that is left out', () => {
  it('is made, handed over and sent, and the answer says where it is', async () => {
    const made = kit({ auditArguments: true })
    const answer = await made.call({ server_id: '70011' })
    const [password] = sentBy(made)
    expect(password).toMatch(/^[A-Za-z2-9]{24}$/)
    expect(made.found).toMatchObject([
      { tool: 'my_tool', target: { server_id: '70011' }, values: { password }, isNew: true },
    ])
    expect(answer).toMatchObject({ secrets: where })
    for (const told of [answer, made.events]) expect(JSON.stringify(told)).not.toContain(String(password))
  })

  it('is another one each time', async () => {
    const made = kit()
    await made.call({ server_id: '70011' })
    await made.call({ server_id: '70011' })
    expect(new Set(sentBy(made)).size).toBe(2)
  })

  it('stands in the plan as what will be made, and the yes is to that', async () => {
    const made = kit({
      confirm: 'disruptive',
      onConfirm: async (plan) => {
        expect(plan.input).toMatchObject({ password: '(made when it is sent)' })
        expect(plan.request).toMatchObject({ body: { password: '(made when it is sent)' } })
        expect(made.found).toEqual([])
        return { approved: true }
      },
    })
    await made.call({ server_id: '70011' })
    expect(made.found).toHaveLength(1)
    expect(sentBy(made)).toEqual([made.found[0]?.values.password])
  })

  it('is refused before anything is sent where nobody takes it', async () => {
    const made = kit({}, false)
    expect(await failure(made.call({ server_id: '70011' }))).toMatchObject({ code: 'invalid_input' })
    expect(
      await failure(made.cloudways.plan('my_tool' as 'ping', { server_id: '70011' } as never)),
    ).toMatchObject({
      code: 'invalid_input',
    })
    expect(made.sandbox.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('is not sent when it could not be handed over', async () => {
    const made = kit({ onSecrets: () => Promise.reject(new Error('no room')) })
    const error = await failure(made.call({ server_id: '70011' }))
    expect(error).toMatchObject({ message: expect.stringContaining('could not be handed to a person') })
    expect(sentBy(made)).toEqual([])
  })

  it('is told of when the answer was lost, since it may be in force', async () => {
    const made = kit()
    made.sandbox.fail({ path: '/server/manage/masterPassword', reset: 'after' })
    const error = await failure(made.call({ server_id: '70011' }))
    expect(error).toMatchObject({ details: { outcome: 'unknown' } })
    const { text } = errorContent(error as CloudwaysError)
    expect(text).toContain(`The password, if it was set: ${where}`)
    expect(text).not.toContain(String(made.found[0]?.values.password))
  })
})

it('a password that is given is sent as it is, and nobody is handed one', async () => {
  const made = kit()
  const answer = await made.call({ server_id: '70011', password: 'Correct-horse-9' })
  expect(sentBy(made)).toEqual(['Correct-horse-9'])
  expect(made.found).toEqual([])
  expect(JSON.stringify([answer, made.events])).not.toContain('Correct-horse-9')
})

it('has letters of both cases and a digit, each time', () => {
  for (let count = 0; count < 500; count += 1) {
    expect(generate()).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*[2-9])[A-Za-z2-9]{24}$/)
  }
})
