/** Files share their worker: one that puts others in the place of the globals would break those after it. */
import { afterAll, expect } from 'vitest'

const { Request, Response, fetch } = globalThis

afterAll(() => {
  const hint = 'A server of @hono/node-server takes overrideGlobalObjects: false.'
  expect(globalThis.Request === Request && globalThis.Response === Response, hint).toBe(true)
  expect(globalThis.fetch === fetch, 'fetch is another one than before.').toBe(true)
})
