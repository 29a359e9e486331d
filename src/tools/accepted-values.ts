/** Values that the platform accepts for arguments of other tools. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { object } from '../core/send/inventory.ts'

const lists = {
  server_settings: { path: '/settings', field: 'settings' },
  backup_frequencies: { path: '/backup-frequencies', field: 'frequencies' },
  countries: { path: '/countries', field: '' },
  monitor_durations: { path: '/monitor_durations', field: 'durations' },
  monitor_targets: { path: '/monitor_targets', field: 'targets' },
} as const

type Name = keyof typeof lists
const names = Object.keys(lists) as [Name, ...Name[]]

/** A map from each value to itself is a list of values: time zones are hundreds of them. */
function short(value: unknown): unknown {
  const map = object(value)
  if (!map) return value
  const entries = Object.entries(map)
  if (entries.length > 0 && entries.every(([key, item]) => key === item)) return Object.keys(map)
  return Object.fromEntries(entries.map(([key, item]) => [key, short(item)]))
}

/** Some clients read these lists without the name around them, and PHP writes an empty list as a map or the reverse. */
function valuesIn(body: unknown, of: Name): unknown {
  const values = object(body)?.[lists[of].field] ?? body
  const isEmpty = object(values) && Object.keys(values as object).length === 0
  return isEmpty && of !== 'server_settings' && of !== 'monitor_targets' ? [] : short(values)
}

export const acceptedValues = defineTools(
  'catalog',
  {
    list_accepted_values: {
      title: 'Accepted values',
      description:
        'Lists what Cloudways accepts in other calls: time zones, character sets and error levels of server settings, backup frequencies, countries, durations and targets of graphs.',
      risk: 'read',
      reach: 'none',
      input: { of: z.enum(names) },
      output: z.looseObject({ of: z.string(), values: z.unknown().describe('monitor_targets: by provider') }),
      request: ({ of }) => ({ method: 'GET', path: lists[of].path }),
      answer: (body, { of }) => ({ of, values: valuesIn(body, of) }),
    },
  },
  { core: false },
)
