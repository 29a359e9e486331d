/**
 * Every built-in tool. The names, the option types and the tables of the pages are derived from this list.
 *
 * @module
 */
import { acceptedValues } from './accepted-values.ts'
import { access } from './access.ts'
import { accessChanges } from './access-changes.ts'
import { account } from './account.ts'
import { addons } from './addons/index.ts'
import { aliases } from './aliases.ts'
import { appAnalytics } from './app-analytics.ts'
import { appChanges } from './app-changes.ts'
import { apps } from './apps.ts'
import { backupSchedules } from './backup-schedules.ts'
import { backups } from './backups.ts'
import { campaigns } from './campaigns/index.ts'
import { readyMade } from './campaigns/ready-made.ts'
import { catalog } from './catalog.ts'
import { cloudflare as cloudflareReads } from './cloudflare.ts'
import { cloudflareChanges } from './cloudflare-changes.ts'
import { copilot } from './copilot.ts'
import { discovery } from './discovery.ts'
import { dns } from './dns/index.ts'
import { domains } from './domains.ts'
import { estate } from './estate/index.ts'
import { git } from './git.ts'
import { alerts } from './integrations/index.ts'
import { monitoring } from './monitoring.ts'
import { projects } from './projects.ts'
import { safeUpdates } from './safe-updates.ts'
import { safeUpdatesChanges } from './safe-updates-changes.ts'
import { safety } from './safety.ts'
import { securityChanges } from './security-changes.ts'
import { serverSecurity } from './security-server.ts'
import { serverSecurityChanges } from './security-server-changes.ts'
import { securitySuite } from './security-suite.ts'
import { serverCare } from './server-care.ts'
import { serverCredentials } from './server-credentials.ts'
import { serverMachines } from './server-machines.ts'
import { serverSettings } from './server-settings.ts'
import { serverSizes } from './server-sizes.ts'
import { serverTransfer } from './server-transfer.ts'
import { servers } from './servers.ts'
import { services } from './services.ts'
import { ssl } from './ssl.ts'
import { staging } from './staging.ts'
import { team } from './team.ts'
import { timedAccess } from './timed-access.ts'
import { vulnerabilities } from './vulnerabilities.ts'
import { wildcard } from './wildcard.ts'
import { workers } from './workers/index.ts'

const cloudflare = { ...cloudflareReads, ...cloudflareChanges }
const safe_updates = { ...safeUpdates, ...safeUpdatesChanges }
const security_suite = {
  ...securitySuite,
  ...serverSecurity,
  ...securityChanges,
  ...serverSecurityChanges,
}

export const toolsets = {
  estate,
  account,
  servers: {
    ...servers,
    ...serverCare,
    ...serverMachines,
    ...serverSizes,
    ...serverSettings,
    ...serverCredentials,
  },
  server_transfer: serverTransfer,
  services,
  apps: { ...apps, ...appChanges },
  backups: { ...backups, ...backupSchedules },
  domains: { ...domains, ...aliases },
  ssl: { ...ssl, ...wildcard },
  access: { ...access, ...accessChanges, ...timedAccess },
  git,
  monitoring: { ...monitoring, ...appAnalytics },
  catalog: { ...catalog, ...acceptedValues },
  safety,
  dns,
  alerts,
  workers,
  vulnerabilities,
  addons,
  staging,
  projects,
  team,
  cloudflare,
  safe_updates,
  security_suite,
  copilot,
  campaigns: { ...campaigns, ...readyMade },
  discovery,
} as const

/** The name of a built-in toolset. */
export type ToolsetName = keyof typeof toolsets

export const coreTools = {
  ...toolsets.estate,
  ...toolsets.account,
  ...toolsets.servers,
  ...toolsets.server_transfer,
  ...toolsets.services,
  ...toolsets.apps,
  ...toolsets.backups,
  ...toolsets.domains,
  ...toolsets.ssl,
  ...toolsets.access,
  ...toolsets.git,
  ...toolsets.monitoring,
  ...toolsets.catalog,
  ...toolsets.safety,
  ...toolsets.dns,
  ...toolsets.alerts,
  ...toolsets.workers,
  ...toolsets.vulnerabilities,
  ...toolsets.addons,
  ...toolsets.staging,
  ...toolsets.projects,
  ...toolsets.team,
  ...toolsets.cloudflare,
  ...toolsets.safe_updates,
  ...toolsets.security_suite,
  ...toolsets.copilot,
  ...toolsets.campaigns,
  ...toolsets.discovery,
}

type Declared = typeof coreTools
/** The built-in tools, by name. A mapped type: editors show its name, and not all that is in it. */
export type CoreTools = { [Name in keyof Declared]: Declared[Name] }
/** The name of a built-in tool. */
export type CoreToolName = keyof CoreTools
