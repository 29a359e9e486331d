/** Change control: whether changes may be made now, and how many. */
import { memoryStorage } from 'cloudways-tools/storage'
import { stopChanges } from '../../../src/core/control/stop.ts'
import {
  clearCache,
  details,
  notConfirmed,
  ok,
  type Rows,
  refusedBy,
  restart,
  restore,
  typed,
  yes,
} from './row.ts'

/** A storage whose changes are stopped. */
const storage = memoryStorage()
await stopChanges(storage, { by: 'command', reason: 'a migration' })

export const control: Rows = {
  // The kill switch: after the scope, before everybody who could say yes.
  'stopped: nobody is asked': {
    options: { storage, onConfirm: yes },
    call: restart,
    result: refusedBy('stopped'),
  },
  'stopped + never': { options: { storage, confirm: 'never' }, call: restart, result: refusedBy('stopped') },
  'stopped, a write below the threshold': {
    options: { storage },
    call: clearCache,
    result: refusedBy('stopped'),
  },
  'stopped, a read': { options: { storage }, call: details, result: ok('default'), sent: 0 },
  'stopped before the backup': {
    options: { storage, onConfirm: yes },
    call: restore,
    result: refusedBy('stopped'),
  },
  'stopped before protection': {
    options: { storage, protect: ['shop'], onConfirm: typed('shop') },
    call: restart,
    result: refusedBy('stopped'),
  },
  'scope before stopped': {
    options: { storage, servers: ['agency'] },
    call: restart,
    result: refusedBy('scope'),
  },
  'stopped: a preview tells it': {
    options: { storage },
    call: ['preview_change', { tool: 'restart_server', arguments: { server_id: 70011 } }],
    result: ok('default'),
    sent: 0,
  },
  'another storage is not stopped': {
    options: { storage: memoryStorage() },
    call: restart,
    result: notConfirmed,
  },
}
