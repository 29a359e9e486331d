import { type Answer, begin, type Call, echo, ok, type Routes } from '../call.ts'
import { access } from './access.ts'
import { account } from './account.ts'
import { addons } from './addons.ts'
import { alerts } from './alerts.ts'
import { apps } from './apps.ts'
import { backups } from './backups.ts'
import { certificates } from './certificates.ts'
import { cloudflare } from './cloudflare.ts'
import { copies } from './copies.ts'
import { copilot } from './copilot.ts'
import { disks } from './disks.ts'
import { dns } from './dns.ts'
import { git } from './git.ts'
import { lists } from './lists.ts'
import { monitoring } from './monitoring.ts'
import { serverPackages } from './packages.ts'
import { safeUpdates } from './safe-updates.ts'
import { appSecurity } from './security-app.ts'
import { serverSecurity } from './security-server.ts'
import { serverSettings } from './server-settings.ts'
import { servers } from './servers.ts'
import { services } from './services.ts'
import { staging } from './staging.ts'
import { transfers } from './transfers.ts'
import { vulnerabilities } from './vulnerabilities.ts'
import { workers } from './workers.ts'

/** The routes that read or change the state. `generic` answers every other operation of the contract. */
export const routes: Routes = {
  ...access,
  ...account,
  ...addons,
  ...alerts,
  ...appSecurity,
  ...apps,
  ...backups,
  ...certificates,
  ...cloudflare,
  ...copies,
  ...dns,
  ...disks,
  ...git,
  ...lists,
  ...monitoring,
  ...serverPackages,
  ...copilot,
  ...safeUpdates,
  ...serverSecurity,
  ...serverSettings,
  ...servers,
  ...services,
  ...staging,
  ...vulnerabilities,
  ...workers,
  ...transfers,
}

/** Answer the example of the contract with the ids of the request. An asynchronous call starts an operation. */
function generic(call: Call): Answer {
  return call.operation.async ? begin(call) : ok(echo(call))
}

export const dispatch = (call: Call): Answer => (routes[call.operation.id] ?? generic)(call)
