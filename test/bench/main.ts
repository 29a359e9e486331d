/**
 * npm run bench: our rows next to the thinnest thing of their kind, in the same run. Ratios hold from machine to
 * machine; absolute times do not.
 */
import { redisRows } from './redis.ts'
import { coldStart, functionCall, httpCall, toolsList } from './rows.ts'

toolsList()
await functionCall()
await httpCall()
await redisRows()
await coldStart()
