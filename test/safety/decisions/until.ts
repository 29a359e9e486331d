/** Access for a time: whether it may be opened. That it is closed whatever is stopped is in test/core/closing. */
import { memoryStorage } from 'cloudways-tools/storage'
import { stopChanges } from '../../../src/core/control/stop.ts'
import { invalidInput, notConfirmed, ok, type Row, type Rows, refusedBy, yes } from './row.ts'

/** A storage whose changes are stopped. */
const storage = memoryStorage()
await stopChanges(storage, { by: 'command', reason: 'a migration' })

const onWork = () => {}
const change = { server_id: 70011, tab: 'sftp', add: ['198.51.100.77'] }
const allow: Row['call'] = ['update_whitelisted_ips', { ...change, until: '2h' }]
/** Whoever is let in can be kept out again. */
const risk = 'disruptive'

export const until: Rows = {
  'until: a person is asked as without it': {
    options: { onWork, onConfirm: yes },
    call: allow,
    result: ok('confirmed'),
    asked: 1,
    risk,
  },
  'until + never': { options: { onWork, confirm: 'never' }, call: allow, result: ok('never'), risk },
  'until is no yes by itself': { options: { onWork }, call: allow, result: notConfirmed, risk },
  'until, and nobody would be there: nobody is asked': {
    options: { onConfirm: yes },
    call: allow,
    result: refusedBy('until'),
  },
  'until, and what closes is hidden': {
    options: { onWork, onConfirm: yes, preset: 'all', excludeTools: ['delete_ssh_key'] },
    call: [
      'add_ssh_key',
      {
        server_id: 70011,
        ssh_key_name: 'guest',
        ssh_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGNhdmVhdCBlbXB0b3IgdGVzdCBrZXkgMDAwMDAw test',
        until: '2h',
      },
    ],
    result: refusedBy('until'),
  },
  'until with what it could not tell from before': {
    options: { onWork, onConfirm: yes },
    call: ['update_whitelisted_ips', { ...change, until: '2h', remove: ['198.51.100.7'] }],
    result: { code: 'invalid_input', rule: 'default' },
  },
  'until on what no call takes back': {
    options: { onWork, onConfirm: yes },
    call: ['restart_server', { server_id: 70011, until: '2h' }],
    result: invalidInput,
  },
  'scope before until': {
    options: { servers: ['agency'], onConfirm: yes },
    call: allow,
    result: refusedBy('scope'),
  },
  'until before stopped': { options: { storage }, call: allow, result: refusedBy('until') },
  'stopped: until opens nothing': {
    options: { storage, onWork, onConfirm: yes },
    call: allow,
    result: refusedBy('stopped'),
  },
  'outside of its window: until opens nothing': {
    options: { onWork, changeWindows: 'never', onConfirm: yes },
    call: allow,
    result: refusedBy('windows'),
  },
}
