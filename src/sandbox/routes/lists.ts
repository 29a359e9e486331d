import { ok, type Routes } from '../call.ts'
import { type Json, operations } from '../contract.ts'

export const providers: Record<string, string> = {
  do: 'DigitalOcean',
  amazon: 'AWS',
  vultr: 'Vultr',
  gce: 'Google Cloud',
  linode: 'Linode',
}

export const regions: Record<string, Record<string, string>> = {
  do: { ams3: 'Amsterdam 3', fra1: 'Frankfurt 1', nyc3: 'New York 3' },
  amazon: { 'eu-central-1': 'Frankfurt', 'us-east-1': 'N. Virginia' },
  vultr: { 12: 'San Jose', 9: 'Frankfurt' },
  gce: { 'europe-west3-a': 'Frankfurt' },
  linode: { 10: 'Frankfurt' },
}

export const sizes: Record<string, string[]> = {
  do: ['1GB', '2GB', '4GB', '8GB'],
  amazon: ['Small', 'Medium', 'Large'],
  vultr: ['1GB', '2GB', '4GB'],
  gce: ['n1-std-1', 'n1-std-2'],
  linode: ['1GB', '2GB', '4GB'],
}

const applications: Record<string, { app_version: string; application: string }[]> = {
  WordPress: [
    { app_version: '6.8', application: 'wordpress' },
    { app_version: '6.7', application: 'wordpress' },
  ],
  Laravel: [{ app_version: '11', application: 'laravel' }],
  'PHP Stack': [{ app_version: '8.3', application: 'phpstack' }],
}

export const isInstallable = (application: string, version: string) =>
  Object.values(applications)
    .flat()
    .some((one) => one.application === application && (version === 'latest' || one.app_version === version))

/** The answer of a list in the contract: the sandbox repeats it where nothing else is known. */
const listed = (id: string, field: string) =>
  (operations.find((one) => one.id === id)!.example as Record<string, Json>)[field]!

const known = listed('get_monitor_targets', 'targets') as Record<string, string[]>

/** The targets of graphs of a provider. Of those that the contract does not list nothing is known: as DigitalOcean. */
export const targetsOf = (cloud: string): string[] => known[cloud] ?? known.do!

export const durations = listed('get_monitor_durations', 'durations') as string[]

const rows = (names: Record<string, string>) => Object.entries(names).map(([id, name]) => ({ id, name }))
const each = <T>(make: (cloud: string) => T) =>
  Object.fromEntries(Object.keys(providers).map((cloud) => [cloud, make(cloud)]))

/** Hours between backups. */
export const frequencies = ['1', '3', '6', '12', '24', '72', '168']

const hours = (frequency: string) =>
  Number(frequency) < 24 ? `${frequency} Hours` : `${Number(frequency) / 24} Days`

export const lists: Routes = {
  get_backup_frequencies: () => ok({ frequencies: frequencies.map((id) => ({ id, label: hours(id) })) }),
  get_available_providers: () => ok({ providers: rows(providers) }),
  get_available_regions: () => ok({ regions: each((cloud) => rows(regions[cloud]!)) }),
  get_available_server_sizes: () => ok({ sizes }),
  // v2 answers a list of products, v1 a map by label. Clients have to accept both.
  get_available_apps: ({ version }) =>
    version === 'v1'
      ? ok({ apps: applications })
      : ok({ apps: Object.entries(applications).map(([label, versions]) => ({ label, versions })) }),
  get_monitor_targets: () => ok({ targets: each(targetsOf) }),
  get_monitor_durations: () => ok({ durations }),
}
