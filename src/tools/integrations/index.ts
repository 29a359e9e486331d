/** The toolset `alerts`: what became of alerts, and where they go. @module */
import { alertChanges } from './changes.ts'
import { alertReads } from './reads.ts'

export const alerts = { ...alertReads, ...alertChanges }
