/** The words of a refusal in every shape, always in the details, and its fields by the names of our arguments. */
import { type CloudwaysError, defineTools, errorContent, server } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { failure, json, startUpstream, toolkit } from '../support/upstream.ts'

const restart = async (body: unknown, status = 422) => {
  const { url } = await startUpstream({ 'POST /server/restart': json(body, status) })
  return (await failure(toolkit(url).call('restart_server', { server_id: 70011 }))) as CloudwaysError
}

describe('problems by field', () => {
  const fields = { server_id: 'Must be a number.' }
  it.each<[string, unknown]>([
    ['a list of texts', { server_id: ['Must be a number.'] }],
    ['a text', { server_id: 'Must be a number.' }],
    ['a row', { server_id: { code: 'integer', message: 'Must be a number.' } }],
    [
      'errors by field',
      { message: 'The given data was invalid.', errors: { server_id: ['Must be a number.'] } },
    ],
    ['errors by field, as text', { errors: { server_id: 'Must be a number.' } }],
    ['an error by field', { status: false, error: { server_id: [{ message: 'Must be a number.' }] } }],
    ['a message by field', { message: { server_id: ['Must be a number.'] } }],
    ['rows that name their field', { errors: [{ field: 'server_id', message: 'Must be a number.' }] }],
    ['errors within data', { data: { errors: { server_id: [['Must be a number.']] } } }],
  ])('as %s', async (_, body) => {
    for (const status of [400, 422]) {
      const error = await restart(body, status)
      expect(error.message).toBe('Cloudways did not accept these values: server_id.')
      expect(error.details).toMatchObject({ reason: 'validation', fields, status })
      expect(errorContent(error).outside).toEqual({ fields })
    }
  })

  it('with 200 too', async () => {
    const error = await restart({ status: false, errors: { server_id: ['Must be a number.'] } }, 200)
    expect(error.details).toMatchObject({ reason: 'validation', fields })
  })
})

describe('words', () => {
  it.each<[unknown, string]>([
    [{ error: { code: 'E17', message: 'No room.' } }, 'No room.'],
    [{ error: { code: 'E17' } }, 'E17'],
    [{ errors: ['No room.', { message: 'Try later.' }] }, 'No room., Try later.'],
    [{ status: false, detail: 'No room.' }, 'No room.'],
    [{ response: { message: 'No room.' } }, 'No room.'],
    [{ message: { text: 'No room.' } }, 'No room.'],
    ['No room.', 'No room.'],
    [['No room.'], 'No room.'],
  ])('%j', async (body, said) => {
    for (const status of [409, 422]) {
      const error = await restart(body, status)
      expect(error.details.said).toBe(said)
      expect(error.message).not.toContain('room')
    }
  })

  it('of any depth do not hang or show what is no word', async () => {
    const deep = Array.from({ length: 100 }).reduce<unknown>((inner) => ({ message: inner }), 'x')
    expect((await restart(deep)).details.said).toBeUndefined()
  })
})

describe('a field is named as the argument that fills it', () => {
  const tools = defineTools('mine', {
    rename_it: {
      title: 'Rename',
      description: 'Gives a server another name. Answers nothing.',
      risk: 'write',
      input: { server_id: server(), name: z.string(), active: z.boolean(), sizes: z.array(z.number()) },
      output: z.looseObject({}),
      effects: { impact: 'It has another name.', undo: null },
      request: ({ server_id, name, active, sizes }) => ({
        method: 'PUT',
        path: `/server/${server_id}`,
        body: { label: name.trim(), status: active ? 'enable' : 'disable', vol: sizes, fixed: 'abc' },
      }),
    },
    rename_many: {
      title: 'Rename many',
      description: 'Gives a server another name in a way of its own. Answers nothing.',
      risk: 'write',
      input: { server_id: server(), name: z.string() },
      output: z.looseObject({}),
      effects: { impact: 'It has another name.', undo: null },
      run: ({ server_id, name }, { send }) =>
        send({ method: 'PUT', path: `/server/${server_id}`, body: { label: name } }),
    },
  })
  const call = async (tool: 'rename_it' | 'rename_many', input: object, body: object) => {
    const { url } = await startUpstream({ 'PUT /server/1': json(body, 422) })
    const cloudways = toolkit(url, { extraTools: tools } as never)
    return (await failure(cloudways.call(tool as never, input as never))) as CloudwaysError
  }

  it('by what the tool sends', async () => {
    const input = { server_id: 1, name: ' a ', active: true, sizes: [1] }
    const problems = { label: ['too short'], 'vol.0': ['too small'], Status: 'odd', fixed: ['wrong'] }
    const error = await call('rename_it', input, { errors: problems })
    expect(error.details.fields).toEqual({
      name: 'too short',
      sizes: 'too small',
      active: 'odd',
      fixed: 'wrong',
    })
  })

  it('by the value, for a tool that sends in a way of its own', async () => {
    const error = await call(
      'rename_many',
      { server_id: 1, name: 'shop' },
      { label: ['taken'], other: ['odd'] },
    )
    expect(error.details.fields).toEqual({ name: 'taken', other: 'odd' })
    expect(error.message).toBe('Cloudways did not accept these values: name, other.')
  })
})
