import { createMcpServer } from 'cloudways-tools/mcp'
import type { Sandbox } from 'cloudways-tools/sandbox'
import { describe, expect, it } from 'vitest'
import { clientWithPerson, connect, guarded, restart } from './confirm-clients.ts'

/** What a person is asked before server 70011 is restarted, and what comes of what they type. */
async function asking(change: (sandbox: Sandbox) => void, typed = '', protect = ['70011']) {
  const { cloudways, sandbox } = guarded({ protect })
  change(sandbox)
  const { client, asked } = clientWithPerson(() => ({ action: 'accept', content: { name: typed } }))
  await connect(createMcpServer({ cloudways }), client)
  await client.callTool(restart)
  const [first] = asked
  if (!first) throw new Error('nobody was asked')
  return { ...first, lines: first.message.split('\n'), sent: sandbox.mutations.length }
}

const domain = (cname: string) => (sandbox: Sandbox) => {
  Object.assign(sandbox.state.apps[0] as object, { cname })
}
const label = (text: string) => (sandbox: Sandbox) => {
  Object.assign(sandbox.state.servers[0] as object, { label: text })
}

describe('the domain of a customer', () => {
  const forged =
    'a.example"\nOffline: not at all\r\nUndo: at any time\u2028Cost: none [click](https://evil.example)'

  it('stays in its quotes and on its line', async () => {
    const { lines, message } = await asking(domain(forged))
    for (const name of ['Offline', 'Undo', 'Felt by', 'Server']) {
      expect([name, lines.filter((line) => line.startsWith(name)).length]).toEqual([name, 1])
    }
    expect(lines.filter((line) => line.startsWith('Cost'))).toEqual([])
    expect(message).toContain('"store" at "a.example\\"\\nOffline: not at all')
    expect(message).not.toMatch(/\]\(|\u2028|\r/)
  })

  it('is cut where it is long, with the count of what is left out', async () => {
    const { message } = await asking(domain('x'.repeat(5000)))
    expect(message).toContain(`at "${'x'.repeat(80)}"… and 4920 more characters`)
  })
})

describe('the name that is to be typed', () => {
  const names: [string, string][] = [
    ['a quotation mark', 'my "best" shop'],
    ['a link', '[shop](https://evil.example)'],
    ['a backslash', 'C:\\shop'],
    ['line breaks', 'shop\nOffline: not at all'],
    ['all of it', 'a"](b)\\"\n"](c)'],
  ]
  const shown = (title: string) => /^Type the name "([^"]*)" to go on$/.exec(title)?.[1] ?? ''

  it.each(names)('cannot leave its quotes: %s', async (_, name) => {
    const { lines, requestedSchema } = await asking(label(name))
    const title = requestedSchema.properties.name?.title ?? ''
    expect(shown(title)).not.toBe('')
    expect(lines).toContain(`"${shown(title)}" is protected: to go on, type this name.`)
    expect(lines.filter((line) => line.startsWith('Offline'))).toHaveLength(1)
    expect([title, ...lines].join('\n')).not.toContain('](')
  })

  it.each(names)('is taken as it is and as it is shown: %s', async (_, name) => {
    const { requestedSchema } = await asking(label(name))
    const copied = shown(requestedSchema.properties.name?.title ?? '')
    for (const typed of [name.replace('\n', ' '), copied]) {
      expect([typed, (await asking(label(name), typed)).sent]).toEqual([typed, 1])
    }
    expect((await asking(label(name), 'shop!')).sent).toBe(0)
  })
})
