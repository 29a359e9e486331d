/**
 * npm run bench: our rows next to the thinnest thing of their kind, in the same run. Ratios hold from machine to
 * machine; absolute times do not.
 */
import { commandRows } from './command.ts'
import { row } from './measure.ts'
import { redisRows } from './redis.ts'
import { coldStart, functionCall, httpCall, redaction, toolsList } from './rows.ts'

row('', 'ours', 'against', 'goal')
toolsList()
redaction()
await functionCall()
await httpCall()
await commandRows()
await redisRows()
await coldStart()
