/**
 * Writes audit events into a file until writing fails, and prints as JSON how many were written.
 *
 * Usage: node audit-worker.js '{"path":"..."}', under `ulimit -f`
 */

import { isCloudwaysError } from '../../src/errors.ts'
import { openAuditFile } from '../../src/server/audit/file.ts'

const { path } = JSON.parse(process.argv[2]!) as { path: string }

let failed = false
const file = openAuditFile(path, { error: () => (failed = true), info: () => {} })
let written = -1
while (!failed) {
  file.write({
    time: new Date().toISOString(),
    account: 'acct_1',
    tool: 'restart_server',
    target: {},
    risk: 'disruptive',
    rule: 'confirmed',
    outcome: 'ok',
    argumentsHash: 'a'.repeat(64),
    duration: 5,
  })
  written++
}
let begun = 'accepted'
try {
  file.begin({
    time: new Date().toISOString(),
    account: 'acct_1',
    tool: 'restart_server',
    target: {},
    risk: 'disruptive',
    argumentsHash: 'a'.repeat(64),
  })
} catch (error) {
  if (!isCloudwaysError(error)) throw error
  begun = error.message
}
process.stdout.write(`${JSON.stringify({ written, begun })}\n`)
