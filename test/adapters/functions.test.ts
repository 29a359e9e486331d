import { cloudwaysFunctions, createCloudways, isCloudwaysError, toolSpecs } from 'cloudways-tools'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { readFence } from '../support/fence.ts'
import { noCredentials, onSandbox } from './support.ts'

describe('cloudwaysFunctions', () => {
  it('calls tools without this, with and without arguments', async () => {
    const { cloudways, sandbox } = onSandbox()
    const { list_servers, get_server_details } = cloudwaysFunctions(cloudways)
    const { servers } = await list_servers()
    expect(servers.map((server) => server.label)).toEqual(sandbox.state.servers.map((s) => s.label))
    const details = await get_server_details({ server_id: servers[0]?.id as string })
    expect(details.server?.label).toBe(servers[0]?.label)
    expect(sandbox.violations).toEqual([])
  })

  it('types arguments and answers by name', async () => {
    const { cloudways } = onSandbox()
    const tools = cloudwaysFunctions(cloudways)
    expectTypeOf(tools.list_servers).parameter(0).toEqualTypeOf<
      | {
          search?: string
          running?: boolean
          provider?: string
          detail?: 'compact' | 'full'
          fields?: string[]
          account?: string
        }
      | undefined
    >()
    expectTypeOf(tools.restart_server)
      .parameter(0)
      .toEqualTypeOf<{ server_id: string | number; wait_for_server?: boolean; account?: string }>()
    // @ts-expect-error a required argument is missing
    await expect(tools.restart_server()).rejects.toThrow('server_id: required')
    // @ts-expect-error there is no such tool
    expect(tools.restart_servers).toBeUndefined()
  })

  it('has only the visible tools, and throws what call throws', async () => {
    const { cloudways } = onSandbox({ readOnly: true })
    const tools = cloudwaysFunctions(cloudways)
    expect('restart_server' in tools).toBe(false)
    expect(Object.keys(tools)).toEqual(cloudways.list().map((tool) => tool.name))
    const wrong = await tools.get_server_details({ server_id: 'warehouse' }).catch((error: unknown) => error)
    expect(isCloudwaysError(wrong)).toBe(true)
  })

  it('passes the options on', async () => {
    const { cloudways } = onSandbox()
    const { list_servers } = cloudwaysFunctions(cloudways)
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(list_servers({}, { signal })).rejects.toThrow('enough')
  })
})

describe('toolSpecs', () => {
  const spec = (cloudways: Parameters<typeof toolSpecs>[0], name: string) => {
    const found = toolSpecs(cloudways).find((spec) => spec.name === name)
    if (!found) throw new Error(name)
    return found
  }

  it('answers the text for the model and the result', async () => {
    const { cloudways } = onSandbox()
    const outcome = await spec(cloudways, 'list_servers').execute()
    if (!outcome.ok) throw new Error(outcome.text)
    expect(readFence(outcome.text)).toMatchObject({ json: outcome.result, before: '', after: '' })
    expect(outcome.result).toEqual(await cloudways.call('list_servers', {}))
  })

  it('takes arguments as an object or as JSON text', async () => {
    const { cloudways } = onSandbox()
    const list = spec(cloudways, 'list_servers')
    const resultOf = async (input: unknown) => {
      const outcome = await list.execute(input)
      return outcome.ok && outcome.result
    }
    expect(await resultOf('{"fields":["id"]}')).toEqual(await resultOf({ fields: ['id'] }))
    expect(await resultOf({ fields: ['id'] })).toMatchObject({ servers: [{ id: '70011' }, {}, {}] })
    expect((await list.execute('')).ok).toBe(true)
    expect(await list.execute('{"fields":')).toMatchObject({
      ok: false,
      text: 'list_servers: The arguments are a text, and not the JSON of an object. Fix the arguments and call again.',
    })
  })

  it('answers the five errors and throws an abort', async () => {
    const { cloudways } = onSandbox()
    const restart = spec(cloudways, 'restart_server')
    expect(await restart.execute({ sever_id: 1 })).toEqual({
      ok: false,
      text: 'restart_server: server_id: required. sever_id: no such argument; did you mean server_id? Fix the arguments and call again.',
      error: expect.objectContaining({ code: 'invalid_input' }),
    })
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(restart.execute({ server_id: 70011 }, { signal })).rejects.toThrow('enough')
  })

  it("keeps the platform's words of an error inside the boundary", async () => {
    const { cloudways, sandbox } = onSandbox({ confirm: 'never' })
    sandbox.fail({ operation: 'server_restart', answer: 'refused' })
    const { text } = await spec(cloudways, 'restart_server').execute({ server_id: 70011 })
    const { before, json } = readFence(text)
    expect(before).toMatch(/^Cloudways refused POST \/server\/restart\./)
    expect(json).toEqual({ said: 'Not possible right now.' })
  })

  it('says that credentials are missing, and how to get them', async () => {
    const outcome = await spec(createCloudways(), 'list_servers').execute({})
    expect(outcome.text).toBe(noCredentials)
  })

  it('gives schemas that may be written into', () => {
    const { cloudways } = onSandbox()
    const before = structuredClone(cloudways.list())
    for (const each of toolSpecs(cloudways)) each.inputSchema.properties = {}
    expect(cloudways.list()).toEqual(before)
  })

  it('speaks the strict mode of OpenAI, whose model sends null for what is left out', async () => {
    const { cloudways } = onSandbox()
    const list = toolSpecs(cloudways, { strict: true }).find(({ name }) => name === 'list_apps')
    expect(list?.inputSchema).toMatchObject({
      required: [
        'server_id',
        'search',
        'certificate',
        'https',
        'running',
        'limit',
        'offset',
        'detail',
        'fields',
      ],
      additionalProperties: false,
      properties: {
        limit: { type: ['integer', 'null'], description: 'null: 50' },
        detail: { type: ['string', 'null'], enum: ['compact', 'full', null] },
        fields: { type: ['array', 'null'], items: { type: 'string' } },
      },
    })
    const given = {
      server_id: '70011',
      search: null,
      certificate: null,
      running: null,
      limit: 1,
      offset: null,
      detail: null,
      fields: null,
    }
    expect(await list?.execute(JSON.stringify(given))).toMatchObject({
      ok: true,
      result: await cloudways.call('list_apps', { server_id: '70011', limit: 1 }),
    })
    expect(() => toolSpecs(cloudways, { strict: 'yes' as never })).toThrow('strict must be true or false')
  })

  it('tells what a framework may want for a dialog: the title and the risk', () => {
    const { title, risk } = spec(onSandbox().cloudways, 'restart_server')
    expect([title, risk]).toEqual(['Restart server', 'disruptive'])
  })

  it('leaves fewer tools, and refuses a misspelt selection', () => {
    const { cloudways } = onSandbox()
    const names = toolSpecs(cloudways, { tools: ['list_servers'] }).map((spec) => spec.name)
    expect(names).toEqual(['list_servers'])
    expect(() => toolSpecs(cloudways, { tools: ['list_server'] })).toThrow('did you mean list_servers?')
    // @ts-expect-error there is no such option
    expect(() => toolSpecs(cloudways, { toolset: ['servers'] })).toThrow("Did you mean 'toolsets'?")
  })
})
