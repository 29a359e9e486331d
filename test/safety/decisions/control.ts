/** Change control: whether changes may be made now, and how many. */
import { memoryStorage } from 'cloudways-tools/storage'
import { takeBudget } from '../../../src/core/control/budget.ts'
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

/** One change an hour, and it was made. */
const spent = { storage: memoryStorage(), changeBudget: 1, accountName: 'spent' } as const
await takeBudget({ storage: spent.storage, account: 'name:spent', size: 1 })

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
  // Windows, after the kill switch.
  'outside of its window: nobody is asked': {
    options: { changeWindows: 'shop: never', onConfirm: yes },
    call: restart,
    result: refusedBy('windows'),
  },
  'outside of its window + never': {
    options: { changeWindows: 'never; agency: always', confirm: 'never' },
    call: restart,
    result: refusedBy('windows'),
  },
  'an app of a server outside of its window': {
    options: { changeWindows: 'shop: never' },
    call: clearCache,
    result: refusedBy('windows'),
  },
  'a server with an app outside of its window': {
    options: { changeWindows: 'blog: never', confirm: 'never' },
    call: restart,
    result: refusedBy('windows'),
  },
  'inside of its window': {
    options: { changeWindows: 'never; shop: always' },
    call: clearCache,
    result: ok('default'),
  },
  'inside of its window, at the threshold': {
    options: { changeWindows: 'never; shop: always', onConfirm: yes },
    call: restart,
    result: ok('confirmed'),
    asked: 1,
  },
  'a window of another app': {
    options: { changeWindows: 'blog: never' },
    call: clearCache,
    result: ok('default'),
  },
  'outside of its window, a read': {
    options: { changeWindows: 'never' },
    call: details,
    result: ok('default'),
    sent: 0,
  },
  'scope before windows': {
    options: { changeWindows: 'never', servers: ['agency'] },
    call: restart,
    result: refusedBy('scope'),
  },
  'stopped before windows': {
    options: { storage, changeWindows: 'never' },
    call: restart,
    result: refusedBy('stopped'),
  },
  'windows before the backup': {
    options: { changeWindows: '90021: never', onConfirm: yes },
    call: restore,
    result: refusedBy('windows'),
  },
  'outside of its window: a preview tells it': {
    options: { changeWindows: 'never' },
    call: ['preview_change', { tool: 'restart_server', arguments: { server_id: 70011 } }],
    result: ok('default'),
    sent: 0,
  },
  // The budget comes last, and is only looked at before a person is asked.
  'inside of the budget': { options: { changeBudget: 1 }, call: clearCache, result: ok('default') },
  'the budget is used up: nobody is asked': {
    options: { ...spent, onConfirm: yes },
    call: restart,
    result: refusedBy('budget'),
  },
  'the budget is used up + never': {
    options: { ...spent, confirm: 'never' },
    call: clearCache,
    result: refusedBy('budget'),
  },
  'the budget is used up, a read': { options: spent, call: details, result: ok('default'), sent: 0 },
  'windows before the budget': {
    options: { ...spent, changeWindows: 'never' },
    call: restart,
    result: refusedBy('windows'),
  },

  // Rules in shadow mode only tell. The kill switch has none.
  'shadow: outside of its window': {
    options: { changeWindows: 'never', rulesShadow: ['windows'] },
    call: clearCache,
    result: ok('default'),
  },
  'shadow: the budget is used up': {
    options: { ...spent, rulesShadow: ['budget'], onConfirm: yes },
    call: restart,
    result: ok('confirmed'),
    asked: 1,
  },
  'shadow of one rule is none of another': {
    options: { ...spent, changeWindows: 'never', rulesShadow: ['budget'] },
    call: clearCache,
    result: refusedBy('windows'),
  },
  'shadow: confirmation is asked for all the same': {
    options: { changeWindows: 'never', rulesShadow: ['windows'] },
    call: restart,
    result: notConfirmed,
  },
  'stopped, whatever is in shadow mode': {
    options: { storage, rulesShadow: ['windows', 'budget'], confirm: 'never' },
    call: restart,
    result: refusedBy('stopped'),
  },
  'another storage is not stopped': {
    options: { storage: memoryStorage() },
    call: restart,
    result: notConfirmed,
  },
}
