import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { checkNewName } from '../../../src/core/decide/scope.ts'
import type { AnyTool } from '../../../src/core/types/tool.ts'
import { refusal, scope, serverAndApp, tool } from './made.ts'

describe('a new name', () => {
  const within = scope(['70011', 'My Server'], ['shop'])
  const label = z.string()
  const makes: Partial<AnyTool> = { name: 'make_it', creates: true, input: { ...serverAndApp, name: label } }
  const renames: Partial<AnyTool> = { name: 'rename_it', input: { ...serverAndApp, label } }

  const taken: [string, Partial<AnyTool>, object][] = [
    ['is that of an app', makes, { name: 'shop' }],
    ['is that of a server, in another case', makes, { size: 2, name: ' my\u00a0SERVER ' }],
    ['is an id', makes, { name: '70011' }],
    ['is given to what was there before', renames, { label: 'Shop' }],
    ['is the label of what is made', { ...renames, creates: true }, { label: 'Shop' }],
  ]
  it.each(taken)('that %s is refused', async (_, parts, input) => {
    const own = tool(parts)
    expect(await refusal(() => checkNewName(own, input as never, within))).toEqual({
      name: 'PolicyError',
      rule: 'scope',
      message: `${own.name}: that name is one by which the scope of this toolkit is set.`,
      next: 'Choose another name.',
    })
  })

  const free: [string, Partial<AnyTool>, object][] = [
    ['is another', makes, { name: 'shop 2', more: 'my' }],
    ['is no text', makes, { name: 70011, list: ['shop'], nothing: null, more: undefined }],
    ['is the place where it is made', makes, { server_id: '70011', app_id: 'shop' }],
    ['is of a tool that names nothing new', { input: serverAndApp }, { name: 'shop' }],
    ['is not there', makes, {}],
  ]
  it.each(free)('that %s goes through', (_, parts, input) => {
    expect(() => checkNewName(tool(parts), input as never, within)).not.toThrow()
  })

  it('is free where there is no scope', () => {
    fc.assert(fc.property(fc.string(), (name) => checkNewName(tool(makes), { name }, scope([]))))
  })
})
