/** Every operation of the contract has a tool, or a reason why it has none. */
import { beforeAll, expect, it } from 'vitest'
import { leftOut } from '../../src/core/declare/left-out.ts'
import { operations } from '../../src/sandbox/contract.ts'
import { type Calls, madeCalls, readCalls } from './sent-calls.ts'

const known = operations.map(({ method, path }) => `${method} ${path}`)
const unsent = leftOut.flatMap(({ calls }) => calls)
let calls: Calls
let sent: string[]

beforeAll(async () => {
  calls = await madeCalls()
  sent = Object.values(calls).flat()
}, 120_000)

it('the file of calls is what the tools send (fix with: npm run docs)', async () => {
  expect(await readCalls()).toEqual(calls)
})

it('every operation is sent by a tool or left out with a reason', () => {
  expect(known.filter((call) => !sent.includes(call) && !unsent.includes(call))).toEqual([])
})

it('no reason is stale: what is left out is in the contract, once, and no tool sends it', () => {
  expect(unsent.filter((call) => !known.includes(call))).toEqual([])
  expect(unsent.filter((call) => sent.includes(call))).toEqual([])
  expect(unsent.filter((call, index) => unsent.indexOf(call) !== index)).toEqual([])
})

it('no tool sends what the contract does not have, in one of the forms that it knows', () => {
  const forms = operations.flatMap(({ method, otherCalls = [] }) =>
    otherCalls.map(({ path }) => `${method} ${path}`),
  )
  expect(sent.filter((call) => !known.includes(call) && !forms.includes(call))).toEqual([])
})
