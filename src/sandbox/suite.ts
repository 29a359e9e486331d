/** The security suite of a server and of its applications. Its rows have no documented form. @module */

/** The part that belongs to a whole server. */
export interface ServerSuite {
  allow: string[]
  block: string[]
  /** Codes of countries that are shut out. No read tells them. */
  countries: string[]
  request_limit: number
  weak_password: 0 | 1
  /** Domains that were infected when the list was last refreshed, and those that are infected now. */
  infected: InfectedDomain[]
  found: InfectedDomain[]
}

interface InfectedDomain {
  domain: string
  app_id: string
}

/** The part that belongs to one application. */
export interface AppSuite {
  active: boolean
  /** The latest first. */
  scans: { id: number; status: 'running' | 'completed'; files: { path: string; signature: string }[] }[]
  quarantined: { path: string; type: 'file' | 'database' }[]
  cleaned: { path: string; removed: string }[]
  rules: { allow: string[]; block: string[] }
  events: Record<string, string>[]
  incidents: Record<string, string>[]
}

export const newServerSuite = (): ServerSuite => ({
  allow: [],
  block: ['192.0.2.99'],
  countries: [],
  request_limit: 100,
  weak_password: 1,
  infected: [],
  found: [],
})

export const newAppSuite = (): AppSuite => ({
  active: false,
  scans: [],
  quarantined: [],
  cleaned: [],
  rules: { allow: [], block: [] },
  events: [],
  incidents: [],
})
