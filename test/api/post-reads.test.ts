/** A POST that changes nothing is treated like a GET, and a POST that does not say so is a change. */
import { type ApiRequest, defineTools } from 'cloudways-tools'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { failure, gate, inTurn, json, startUpstream, text, toolkit, when } from './upstream.ts'

const route = 'POST /server_transfer/status'
const status = (server_id: number, reads?: true): ApiRequest => ({
  method: 'POST',
  path: '/server_transfer/status',
  body: { server_id },
  reads,
})

/** Tools of risk `read`: one says of its POST that it reads, one says nothing. */
const extraTools = defineTools(
  'mine',
  Object.fromEntries(
    ([true, undefined] as const).map((reads) => [
      reads ? 'get_transfer' : 'get_more',
      {
        title: 'Get the transfer',
        description: 'Reads how far the transfer of a server is. Answers its state.',
        risk: 'read' as const,
        input: { id: z.number() },
        output: z.looseObject({}),
        request: ({ id }: { id: number }) => status(id, reads),
      },
    ]),
  ),
)

type Tool = 'get_transfer' | 'get_more'
const kit = (url: string) => {
  const cloudways = toolkit(url, { extraTools })
  return (tool: Tool, id = 1) => cloudways.call(tool as never, { id } as never) as Promise<unknown>
}

it('is allowed to a tool of risk read', async () => {
  const upstream = await startUpstream({ [route]: json({ status: 'none' }) })
  expect(await kit(upstream.url)('get_transfer')).toEqual({ status: 'none' })
  expect(upstream.seen[0]?.form.get('server_id')).toBe('1')
})

it('is refused there when the declaration does not say that it reads', async () => {
  const upstream = await startUpstream({ [route]: json({}) })
  const error = await failure(kit(upstream.url)('get_more'))
  expect(error).toMatchObject({ code: 'refused_by_policy', rule: 'scope' })
  expect((error as Error).message).toBe('get_more is declared to change nothing. That was not sent.')
  expect(upstream.seen).toEqual([])
})

it('is tried again', async () => {
  const again = text('', 503, { 'retry-after': '0' })
  const upstream = await startUpstream({ [route]: inTurn(again, json({})) })
  await kit(upstream.url)('get_transfer')
  expect(upstream.seen).toHaveLength(2)
})

it('leaves nothing unknown when its answer is lost', async () => {
  const upstream = await startUpstream({ [route]: json({}, 500) })
  expect(await failure(kit(upstream.url)('get_transfer'))).toMatchObject({
    message: 'Cloudways failed (HTTP 500).',
    outcome: 'failed',
  })
})

it('is shared by simultaneous callers who send the same, and by nobody else', async () => {
  const { open, opened } = gate()
  const upstream = await startUpstream({ [route]: when(opened, json({})) })
  const call = kit(upstream.url)
  const calls = [1, 1, 2].map((id) => call('get_transfer', id))
  await upstream.arrived(2)
  open()
  await Promise.all(calls)
  expect(upstream.seen.map(({ form }) => form.get('server_id')).sort()).toEqual(['1', '2'])
})
