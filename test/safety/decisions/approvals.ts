/** Who has to agree: a person, a recent backup, the gate of the operator. */
import {
  clearCache,
  details,
  fails,
  invalidInput,
  no,
  notConfirmed,
  ok,
  type Rows,
  refusedBy,
  restart,
  restore,
  yes,
} from './row.ts'

export const approvals: Rows = {
  // Below the threshold.
  'a read': { call: details, result: ok('default'), sent: 0 },
  'a write below the threshold': { call: clearCache, result: ok('default') },

  // 7. The threshold.
  'at the threshold, nobody to ask': { call: restart, result: notConfirmed },
  'at the threshold, yes': {
    options: { onConfirm: yes },
    call: restart,
    result: ok('confirmed'),
    asked: 1,
  },
  'at the threshold, no': { options: { onConfirm: no }, call: restart, result: notConfirmed, asked: 1 },
  'at the threshold, a yes that is no true': {
    options: { onConfirm: (() => 'yes') as never },
    call: restart,
    result: notConfirmed,
    asked: 1,
  },
  'at the threshold, a yes with approved: 1': {
    options: { onConfirm: (() => ({ approved: 1 })) as never },
    call: restart,
    result: notConfirmed,
    asked: 1,
  },
  'at the threshold, asking fails': {
    options: { onConfirm: fails },
    call: restart,
    result: notConfirmed,
    asked: 1,
  },
  'above a lowered threshold': { options: { confirm: 'write' }, call: clearCache, result: notConfirmed },
  'below a raised threshold': {
    options: { confirm: 'destructive' },
    call: restart,
    result: ok('default'),
  },
  'at a raised threshold': {
    options: { confirm: 'destructive', backupHours: 0 },
    call: restore,
    result: notConfirmed,
  },
  'never: nobody is asked': {
    options: { confirm: 'never', onConfirm: no },
    call: restart,
    result: ok('never'),
  },
  'never, a write': { options: { confirm: 'never' }, call: clearCache, result: ok('never') },
  'a read is not asked about': {
    options: { confirm: 'write', onConfirm: no },
    call: details,
    result: ok('default'),
    sent: 0,
  },
  'fallback two-step, without a token': {
    options: { confirmFallback: 'two-step' },
    call: restart,
    result: notConfirmed,
  },
  'fallback two-step, a token made up': {
    options: { confirmFallback: 'two-step' },
    call: ['restart_server', { server_id: 70011, confirm: 'yes' }],
    result: notConfirmed,
  },
  'a token without two-step is an argument that there is not': {
    call: ['restart_server', { server_id: 70011, confirm: 'yes' }],
    result: invalidInput,
  },
  'fallback page, without a page': {
    options: { confirmFallback: 'page' },
    call: restart,
    result: notConfirmed,
  },
  'fallback page': {
    options: { confirmFallback: 'page', openPage: async () => 'https://example.com/approve' },
    call: restart,
    result: notConfirmed,
  },
  'onConfirm before the fallback': {
    options: { confirmFallback: 'two-step', onConfirm: yes },
    call: restart,
    result: ok('confirmed'),
    asked: 1,
  },

  // A recent backup is wanted before anybody is asked. The gate comes after the yes.
  'no recent backup: nobody is asked': {
    options: { onConfirm: yes },
    call: restore,
    result: refusedBy('backup'),
  },
  'no recent backup + never': { options: { confirm: 'never' }, call: restore, result: refusedBy('backup') },
  'no backup required': {
    options: { backupHours: 0, onConfirm: yes },
    call: restore,
    result: ok('confirmed'),
    asked: 1,
  },
  'a closed gate': { options: { beforeChange: fails }, call: clearCache, result: refusedBy('gate') },
  'a closed gate + never': {
    options: { beforeChange: fails, confirm: 'never' },
    call: restart,
    result: refusedBy('gate'),
  },
  'a closed gate, after the yes': {
    options: { beforeChange: fails, onConfirm: yes },
    call: restart,
    result: refusedBy('gate'),
    asked: 1,
  },
  'confirmation before the gate': { options: { beforeChange: fails }, call: restart, result: notConfirmed },
  'the gate is not for reads': {
    options: { beforeChange: fails },
    call: details,
    result: ok('default'),
    sent: 0,
  },

  // Arguments.
  'wrong arguments': { call: ['restart_server', { sever_id: 1 }], result: invalidInput },
  'wrong arguments before scope': {
    options: { servers: ['agency'] },
    call: ['clear_app_cache', { server_id: 70011 }],
    result: invalidInput,
  },
  'wrong arguments before confirmation': {
    options: { onConfirm: yes },
    call: ['restart_server', { server_id: 'warehouse' }],
    result: invalidInput,
  },

  // A preview is refused as the call would be, but no person is asked.
  'preview of what needs a yes': {
    options: { onConfirm: no },
    call: ['preview_change', { tool: 'restart_server', arguments: { server_id: 70011 } }],
    result: ok('default'),
    sent: 0,
  },
  'preview of what is denied': {
    options: { excludeTools: ['restart_server'] },
    call: ['preview_change', { tool: 'restart_server', arguments: { server_id: 70011 } }],
    result: refusedBy('excluded'),
  },
  'preview of what is out of scope': {
    options: { servers: ['agency'] },
    call: ['preview_change', { tool: 'restart_server', arguments: { server_id: 70011 } }],
    result: refusedBy('scope'),
  },
}
