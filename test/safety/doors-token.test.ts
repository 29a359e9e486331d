import { expect, it } from 'vitest'
import { setUp } from '../support/toolkit.ts'
import { failure } from '../support/upstream.ts'
import { doors } from './doors.ts'
import { sent } from './support.ts'

const restart = ['restart_server', { server_id: 70011 }] as const

it.each(Object.keys(doors))('a token of two steps is taken once, through %s', async (name) => {
  const { cloudways, sandbox } = setUp({ confirmFallback: 'two-step' })
  const door = doors[name] as (typeof doors)[string]
  const { details } = (await failure(cloudways.call(...restart))) as { details: { confirm: string } }
  const input = { ...restart[1], confirm: details.confirm }
  expect(await door(cloudways, restart[0], input)).toBe('ok')
  expect(sent(sandbox)).toEqual(['/server/restart'])
  expect(await door(cloudways, restart[0], input)).toBe('refused')
  expect(sent(sandbox)).toEqual(['/server/restart'])
})
