import type { Change } from 'cloudways-tools'

export const changeOf = (facts: Partial<Change> = {}): Change => ({
  time: '2026-03-04T05:06:07.000Z',
  account: 'acct_1',
  tool: 'restart_server',
  target: { server_id: '7' },
  risk: 'disruptive',
  argumentsHash: 'a'.repeat(64),
  ...facts,
})
