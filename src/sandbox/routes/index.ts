import { type Answer, begin, type Call, echo, ok, type Routes } from '../call.ts'
import { access } from './access.ts'
import { account } from './account.ts'
import { alerts } from './alerts.ts'
import { apps } from './apps.ts'
import { backups } from './backups.ts'
import { certificates } from './certificates.ts'
import { copies } from './copies.ts'
import { git } from './git.ts'
import { lists } from './lists.ts'
import { monitoring } from './monitoring.ts'
import { serverSettings } from './server-settings.ts'
import { servers } from './servers.ts'
import { services } from './services.ts'
import { staging } from './staging.ts'

/** Routes with a memory. Every other operation of the contract is answered by `generic`. */
export const routes: Routes = {
  ...access,
  ...account,
  ...alerts,
  ...apps,
  ...backups,
  ...certificates,
  ...copies,
  ...git,
  ...lists,
  ...monitoring,
  ...serverSettings,
  ...servers,
  ...services,
  ...staging,
}

/** The contract's example with the request's ids in it; asynchronous calls start an operation of no effect. */
function generic(call: Call): Answer {
  return call.operation.async ? begin(call) : ok(echo(call))
}

export const dispatch = (call: Call): Answer => (routes[call.operation.id] ?? generic)(call)
