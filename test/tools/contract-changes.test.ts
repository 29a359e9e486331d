import { expect, it } from 'vitest'
import { operations } from '../../src/sandbox/contract.ts'
import { contractChanges } from '../scripts/contract-changes.ts'
import { contractOf, type Dict } from '../scripts/contract-of.ts'

const stored = operations as unknown as Dict[]

it('the same contract changes nothing', () => {
  expect(contractChanges(stored, structuredClone(stored))).toEqual([])
})

it('tells what comes, what goes and what is another, with the tools that send it', () => {
  const next = structuredClone(stored).filter(({ id }) => id !== 'server_stop')
  const restart = next.find(({ id }) => id === 'server_restart') as Dict
  const [server] = restart.params as Dict[]
  restart.params = [
    { ...server, type: 'string' },
    { name: 'force', in: 'form', type: 'boolean', required: true },
  ]
  restart.confidence = 'low'
  next.push({ id: 'server_nap', method: 'POST', path: '/server/nap' })
  expect(contractChanges(stored, next)).toEqual([
    '+ POST /server/nap',
    '- POST /server/stop (stop_server)',
    '~ POST /server/restart (restart_server)',
    '  confidence: "high" -> "low"',
    `  ${server?.in} server_id, type: "integer" -> "string"`,
    '  + form force, required',
  ])
})

it('reads the parameters of a contract in YAML, references too', () => {
  const yaml = `
paths:
  /server/nap:
    post:
      operationId: server_nap
      parameters: [{ $ref: '#/components/parameters/id' }]
components:
  parameters:
    id: { name: server_id, in: query, required: true, schema: { type: integer } }
`
  const { operations: read } = contractOf(Buffer.from(yaml))
  expect(contractChanges([], read)).toEqual(['+ POST /server/nap'])
  expect(read[0]?.params).toEqual([{ name: 'server_id', in: 'query', type: 'integer', required: true }])
})
