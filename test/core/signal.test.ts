import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { onAbort } from '../../src/base/signal.ts'

it('any number of waits is one listener of a signal, and none when they are over', () => {
  const { signal } = new AbortController()
  const stops = Array.from({ length: 40 }, () => onAbort(signal, () => {}))
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  for (const stop of stops) stop()
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  onAbort(signal, () => {})
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
})

it('each wait that was not stopped is told once, also with the function of another', () => {
  const controller = new AbortController()
  const told: string[] = []
  const twice = () => void told.push('twice')
  onAbort(controller.signal, twice)
  onAbort(controller.signal, twice)
  const stop = onAbort(controller.signal, () => void told.push('stopped'))
  stop()
  controller.abort()
  controller.abort()
  expect(told).toEqual(['twice', 'twice'])
})
