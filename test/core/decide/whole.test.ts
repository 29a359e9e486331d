import { describe, expect, it } from 'vitest'
import { checkWhole, checkWholeServer } from '../../../src/core/decide/scope.ts'
import type { Scope } from '../../../src/core/types/call.ts'
import type { TargetIds } from '../../../src/core/types/plan.ts'
import { all, refusal, scope, tool, tooWide } from './made.ts'

describe('a whole server', () => {
  const fine: [string, Scope, TargetIds][] = [
    ['no apps are the bound', scope(['one']), { server_id: '1' }],
    ['no server is named', scope([], ['shop']), {}],
    ['an app is named', scope([], ['shop']), { server_id: '1', app_id: '11' }],
    ['all its apps are within', scope([], ['shop', '12']), { server_id: '1' }],
  ]
  it.each(fine)('is no question where %s', (_, within, ids) => {
    expect(() => checkWhole(tool(), ids, within, all)).not.toThrow()
    expect(() => checkWholeServer(tool(), ids, within, all)).not.toThrow()
  })

  it.each([
    ['has an app outside', '1'],
    ['has none within', '5'],
    ['is not there', '9'],
  ])('is refused where it %s', async (_, server_id) => {
    const apps = scope([], ['shop'])
    const named = tool({ name: 'restart_it' })
    expect(await refusal(() => checkWhole(named, { server_id }, apps, all))).toEqual(
      tooWide('restart_it', server_id),
    )
    const wide = await refusal(() => checkWholeServer(named, { server_id }, apps, all))
    expect(wide).toEqual(tooWide('restart_it', server_id))
  })

  it('is asked of the requests of a tool with a list, and not of its call', async () => {
    const listing = tool({ reach: 'listed' })
    const apps = scope([], ['shop'])
    expect(() => checkWholeServer(listing, { server_id: '1' }, apps, all)).not.toThrow()
    expect(await refusal(() => checkWhole(listing, { server_id: '1' }, apps, all))).toMatchObject({
      rule: 'scope',
    })
  })
})
