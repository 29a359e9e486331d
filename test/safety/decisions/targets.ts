/** What a call may touch: the scope, and what is protected. */
import {
  clearCache,
  details,
  no,
  notConfirmed,
  ok,
  type Rows,
  refusedBy,
  restart,
  restore,
  typed,
  yes,
} from './row.ts'

export const targets: Rows = {
  // 5. The scope, before protection.
  'in scope by label': {
    options: { servers: ['SHOP'], confirm: 'never' },
    call: restart,
    result: ok('never'),
  },
  'in scope by id, at the threshold': {
    options: { servers: ['70011'] },
    call: restart,
    result: notConfirmed,
  },
  'out of scope': { options: { servers: ['agency'] }, call: restart, result: refusedBy('scope') },
  'out of scope + never': {
    options: { servers: ['agency'], confirm: 'never' },
    call: restart,
    result: refusedBy('scope'),
  },
  'out of scope + protected: nobody is asked': {
    options: { servers: ['agency'], protect: ['shop'], onConfirm: typed('shop') },
    call: restart,
    result: refusedBy('scope'),
  },
  'out of scope, a read': {
    options: { servers: ['agency'] },
    call: details,
    result: refusedBy('scope'),
    sent: 0,
  },
  'a scope that names nothing': {
    options: { servers: ['shops'] },
    call: restart,
    result: refusedBy('scope'),
  },
  'an app in scope': { options: { apps: ['store'] }, call: clearCache, result: ok('default') },
  'an app out of scope': {
    options: { apps: ['blog'] },
    call: clearCache,
    result: refusedBy('scope'),
  },
  'an app with the id of another server': {
    options: { servers: ['agency', 'shop'] },
    call: ['clear_app_cache', { server_id: 70024, app_id: 90021 }],
    result: refusedBy('scope'),
  },
  'a server with apps out of scope': {
    options: { apps: ['store', 'blog'], confirm: 'never' },
    call: restart,
    result: refusedBy('scope'),
  },
  'a server with all its apps in scope': {
    options: { apps: ['store', 'store-staging', 'blog'], confirm: 'never' },
    call: restart,
    result: ok('never'),
  },
  'scope before the backup': {
    options: { servers: ['agency'] },
    call: restore,
    result: refusedBy('scope'),
  },

  // 6. Protection, before the threshold.
  'protected: nobody to ask': {
    options: { protect: ['shop'] },
    call: restart,
    result: notConfirmed,
    risk: 'destructive',
  },
  'protected + never still asks': {
    options: { protect: ['shop'], confirm: 'never' },
    call: restart,
    result: notConfirmed,
    risk: 'destructive',
  },
  'protected: a bare yes': {
    options: { protect: ['shop'], onConfirm: yes },
    call: restart,
    result: notConfirmed,
    risk: 'destructive',
    asked: 1,
  },
  'protected: a name that is another': {
    options: { protect: ['shop'], onConfirm: typed('Shop') },
    call: restart,
    result: notConfirmed,
    risk: 'destructive',
    asked: 1,
  },
  'protected: the name without a yes': {
    options: { protect: ['shop'], onConfirm: () => ({ approved: false, typed: 'shop' }) },
    call: restart,
    result: notConfirmed,
    risk: 'destructive',
    asked: 1,
  },
  'protected: the name': {
    options: { protect: ['shop'], confirm: 'never', onConfirm: typed('shop') },
    call: restart,
    result: ok('confirmed'),
    risk: 'destructive',
    asked: 1,
  },
  'protected by id': {
    options: { protect: ['70011'] },
    call: restart,
    result: notConfirmed,
    risk: 'destructive',
  },
  'protected by pattern': {
    options: { protect: ['*HO*'] },
    call: restart,
    result: notConfirmed,
    risk: 'destructive',
  },
  'protected, raised to the threshold': {
    options: { protect: ['shop'], confirm: 'destructive', onConfirm: no },
    call: restart,
    result: notConfirmed,
    risk: 'destructive',
    asked: 1,
  },
  'protected app, a write below the threshold': {
    options: { protect: ['store'] },
    call: clearCache,
    result: notConfirmed,
    risk: 'disruptive',
  },
  'protected app of the server': {
    options: { protect: ['blog'], onConfirm: typed('blog') },
    call: restart,
    result: ok('confirmed'),
    risk: 'destructive',
    asked: 1,
  },
  'protected server of the app': {
    options: { protect: ['shop'] },
    call: clearCache,
    result: notConfirmed,
    risk: 'disruptive',
  },
  'protected: another app': { options: { protect: ['blog'] }, call: clearCache, result: ok('default') },
  'protected: a read': { options: { protect: ['*'] }, call: details, result: ok('default'), sent: 0 },
}
