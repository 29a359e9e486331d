/**
 * npm run bench: our rows next to the thinnest thing of their kind, in the same run. Ratios hold from machine to
 * machine; absolute times do not.
 *
 *     npm run bench -- command function    these groups of rows only
 *     npm run bench -- --save              keep the rows in results/bench.json, from which the page is made
 */
import { commandRows } from './command.ts'
import { keepResults, row, rows } from './measure.ts'
import { peerRows } from './peers.ts'
import { redisRows } from './redis.ts'
import { coldStart, functionCall, httpCall, redaction, toolsList } from './rows.ts'

const groups: Record<string, () => void | Promise<void>> = {
  list: toolsList,
  redaction,
  function: functionCall,
  handler: httpCall,
  command: commandRows,
  redis: redisRows,
  start: coldStart,
  peers: peerRows,
}

const given = process.argv.slice(2)
const saves = given.includes('--save')
const names = given.filter((one) => one !== '--save')
const unknown = names.filter((name) => !Object.hasOwn(groups, name))
if (unknown.length > 0 || (saves && names.length > 0)) {
  console.error(
    unknown.length > 0
      ? `There are no rows ${unknown.join(', ')}. Rows: ${Object.keys(groups).join(', ')}`
      : '--save keeps all rows: leave the names out.',
  )
  process.exit(2)
}
row('', 'ours', 'against', 'goal')
for (const [name, measure] of Object.entries(groups)) {
  if (names.length === 0 || names.includes(name)) await measure()
}
if (saves) await keepResults('bench', { rows: rows.slice(1) })
