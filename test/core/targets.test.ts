import { type AuditEvent, createCloudways, defineTools } from 'cloudways-tools'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { tags } from '../../src/core/declare/marks.ts'
import { type KindName, kinds } from '../../src/core/platform.ts'

it.each(Object.entries(kinds))(
  'a call that names a %s tells its id to the audit',
  async (kind, { argument }) => {
    const id = z.string().min(1)
    tags.add(id, { names: kind as KindName })
    const extraTools = defineTools('mine', {
      my_tool: {
        title: 'My tool',
        description: 'Names one thing and does nothing. Returns nothing.',
        risk: 'read',
        input: { thing: id },
        output: z.looseObject({}),
        run: async () => ({}),
      },
    })
    const events: AuditEvent[] = []
    const credentials = { accessToken: 'cw_target_token' }
    const cloudways = createCloudways({ credentials, extraTools, onAudit: (event) => events.push(event) })
    await cloudways.call('my_tool', { thing: '7' })
    expect(events).toMatchObject([{ target: { [argument]: '7' }, outcome: 'ok' }])
  },
)
