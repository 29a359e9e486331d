/** What an account has besides servers and members, and an application besides its site. */

export interface DnsRecord {
  uid: string
  type: string
  attributes: {
    ttl: number
    name: string
    value: string
    failed: boolean
    source: number
    monitor: boolean
    failover: boolean
    hardLink: boolean
    dynamicDns: boolean
    gtdLocation: string
  }
}

/** A domain at DNS Made Easy. */
export interface DnsDomain {
  uid: string
  name: string
  query_usage: string
  status: string
  nameservers: string[]
  records: DnsRecord[]
  /** Queries by day. */
  usage: { date: string; query_usage: number }[]
}

/** An add-on that the account has booked. No call tells which these are. */
export interface BookedAddon {
  id_user_addons: string
  addon_id: string
  package_id: string | null
}

/** An add-on of a server. No call tells which these are. */
export interface ServerAddon {
  server_id: string
  addon_id: string
  settings: Record<string, string>
}

export interface AddonOrder {
  server_id: string
  app_id: string
  addon_id: string
  version: string | null
}

/** A sender domain of Elastic Email. */
export interface EmailDomain {
  domain: string
  spf: boolean
  mx: boolean
  dkim: boolean
  dmarc: boolean
  tracking: boolean
}

/** A worker queue under Supervisord. */
export interface Queue {
  id: string
  queue_id: string
  connection: string
  queue: string
  procs: string
  sleep: string
  timeout: string
  tries: string
  artisan_path: string
  env: string
  /** How often its workers were restarted: each time they get new process ids. */
  restarts: number
}

export interface Extension {
  name: string
  slug: string
  current_version: string
  type: string
  is_vulnerable: number
  vulnerabilities: unknown[]
  recommendation: string
  active: number
  created_at: string
  updated_at: string
}

/** What the last scan of a WordPress application found. */
export interface Vulnerabilities {
  last_fetched_date: string
  wordpress: Extension
  themes: Extension[]
  plugins: Extension[]
}

export interface AccountExtras {
  dns: DnsDomain[]
  addons: BookedAddon[]
  serverAddons: ServerAddon[]
  addonOrders: AddonOrder[]
  emailDomains: EmailDomain[]
}

export interface AppExtras {
  queues: Queue[]
  /** `null`: not WordPress. */
  vulnerabilities: Vulnerabilities | null
}
