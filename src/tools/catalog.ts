import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { object, readRows } from '../core/send/inventory.ts'
import { id, mapOf, row, told } from './outputs.ts'

const option = row({ id, name: z.string() })

/** Some clients read these maps without the name around them. */
const mapAt = (name: string) => (body: unknown) => ({ [name]: object(body)?.[name] ?? body })

/** A list of the platform itself, the same for every account. */
const listAt = (path: string) => ({
  risk: 'read' as const,
  reach: 'none' as const,
  input: {},
  request: () => ({ method: 'GET' as const, path }),
})

export const catalog = defineTools('catalog', {
  get_available_providers: {
    title: 'Available providers',
    description: 'Lists the cloud providers on which Cloudways runs servers. Returns code and name of each.',
    ...listAt('/providers'),
    output: z.looseObject({ providers: z.array(option) }),
    answer: (body: unknown) => ({ providers: readRows(object(body)?.providers) }),
  },

  get_available_regions: {
    title: 'Available regions',
    description: 'Lists the regions of every cloud provider, by provider code.',
    ...listAt('/regions'),
    output: z.looseObject({ regions: mapOf(told(z.array(option))) }),
    answer: (body: unknown) => {
      const regions = object(body)?.regions
      const map = object(regions)
      if (!map) return { regions }
      return {
        regions: Object.fromEntries(Object.entries(map).map(([name, list]) => [name, readRows(list)])),
      }
    },
  },

  get_available_server_sizes: {
    title: 'Available server sizes',
    description: 'Lists the server sizes of every cloud provider, by provider code.',
    ...listAt('/server_sizes'),
    output: z.looseObject({ sizes: mapOf(told(z.array(told(z.string())))) }),
  },

  get_available_apps: {
    title: 'Installable apps',
    description:
      'Lists the applications and versions that Cloudways can install: create_app installs one, where it is listed. For the apps of this account use list_apps.',
    ...listAt('/apps'),
    // The platform answers either a map by label or a list with versions.
    output: z.looseObject({ apps: told(z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())])) }),
  },

  get_available_packages: {
    title: 'Installable packages',
    description:
      'Lists the PHP, MySQL, Redis and other server packages with their versions, by operating system release.',
    ...listAt('/packages'),
    output: z.looseObject({ packages: mapOf(z.unknown()) }),
    answer: mapAt('packages'),
  },
})
