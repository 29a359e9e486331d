/** Two people: what is destructive goes by no way that asks one. */
import { memoryStorage } from 'cloudways-tools/storage'
import { stopChanges } from '../../../src/core/control/stop.ts'
import {
  clearCache,
  details,
  notConfirmed,
  ok,
  type Result,
  type Rows,
  refusedBy,
  restart,
  restore,
  typed,
  yes,
} from './row.ts'

const storage = memoryStorage()
await stopChanges(storage, { by: 'command' })

const needsTwo: Result = { code: 'confirmation_required', rule: 'second yes' }
/** No backup is required, so that the yes alone decides. */
const two = { secondYes: 'destructive', backupHours: 0 } as const
const url = 'https://example.com/approve'

export const second: Rows = {
  'two people: the host asks nobody': {
    options: { ...two, onConfirm: yes },
    call: restore,
    result: needsTwo,
    risk: 'destructive',
  },
  'two people + never': {
    options: { ...two, confirm: 'never', onConfirm: yes },
    call: restore,
    result: needsTwo,
  },
  'two people + two-step': {
    options: { ...two, confirmFallback: 'two-step' },
    call: restore,
    result: needsTwo,
  },
  'two people + two-step, a token made up': {
    options: { ...two, confirmFallback: 'two-step' },
    call: [restore[0], { ...restore[1], confirm: 'yes' }],
    result: needsTwo,
  },
  'two people, a page that takes the yes of one': {
    options: { ...two, openPage: async () => ({ url, shown: true }) },
    call: restore,
    result: needsTwo,
  },
  'two people, a page that takes both': {
    options: { ...two, openPage: async () => ({ url, shown: false, yeses: 1 }) },
    call: restore,
    result: needsTwo,
  },
  'two people: what is protected is raised to it': {
    options: { ...two, protect: ['shop'], onConfirm: typed('shop') },
    call: restart,
    result: needsTwo,
    risk: 'destructive',
  },
  'two people: a disruptive change is asked of one': {
    options: { ...two, onConfirm: yes },
    call: restart,
    result: ok('confirmed'),
    asked: 1,
  },
  'two people: a disruptive change, nobody to ask': { options: two, call: restart, result: notConfirmed },
  'two people: a write below the threshold': { options: two, call: clearCache, result: ok('default') },
  'two people: a read': { options: two, call: details, result: ok('default'), sent: 0 },
  'scope before two people': {
    options: { ...two, servers: ['agency'] },
    call: restore,
    result: refusedBy('scope'),
  },
  'stopped before two people': { options: { ...two, storage }, call: restore, result: refusedBy('stopped') },
  'windows before two people': {
    options: { ...two, changeWindows: 'never' },
    call: restore,
    result: refusedBy('windows'),
  },
  'the backup before two people': {
    options: { secondYes: 'destructive' },
    call: restore,
    result: refusedBy('backup'),
  },
  'two people: a preview says so': {
    options: two,
    call: ['preview_change', { tool: restore[0], arguments: restore[1] }],
    result: ok('default'),
    sent: 0,
  },
}
