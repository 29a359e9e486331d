/** The size of a server and of its disks. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation } from '../core/declare/operation.ts'
import { type Json, object, textOf } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { findServer } from './inventory.ts'
import { checkProvider } from './offers.ts'
import { checkSize } from './offers-of-servers.ts'
import { server } from './params.ts'
import { numberOf } from './values.ts'

/** GB of memory in the name of a size: `2GB`, `intel-2GB`. Names such as `Small` tell none. */
function memoryOf(size: unknown): number | null {
  const [, number] = /(?:^|-)(\d+)GB$/i.exec(textOf(size)) ?? []
  return number ? Number(number) : null
}

/** Whether a size surely has no less memory than the one of now. */
function isNoSmaller(size: string, now: unknown): boolean {
  const [after, before] = [memoryOf(size), memoryOf(object(now)?.instance_type)]
  return after !== null && before !== null && after >= before
}

const gigabytes = (about: string) => z.int().min(1).max(16_000).describe(about)

/** Disks grow, and none is known to shrink. @throws InputError */
function checkGrows(tool: string, argument: string, asked: number, now: number | null): void {
  if (now === null || asked > now) return
  throw new InputError(
    `${tool}: ${argument} has to be more than the ${now} GB of now; a disk does not shrink.`,
    'Nothing was changed. For a smaller disk, clone_server to another server and move over.',
  )
}

const sizes = ['storage', 'data_volume_size', 'db_volume_size'] as const

/** GB of one disk of a server; null when there is none, or nobody tells. */
const sizeIn = (row: Json | undefined, name: (typeof sizes)[number]) => {
  const size = numberOf(row?.[name])
  return size === 0 ? null : size
}

const now =
  (name: (typeof sizes)[number]) =>
  async ({ server_id }: { server_id: string }, context: RunContext) => ({
    [`${name}_gb`]: sizeIn(await findServer(context, server_id), name),
  })

const details = ({ server_id }: { server_id: string }) => ({
  tool: 'get_server_details',
  input: { server_id },
})

const outage = 'possibly minutes, while the disk is changed'
const volumeOf = { data: 'data_volume_size', db: 'db_volume_size' } as const
const holds = { data: 'files of the apps', db: 'databases' } as const

export const serverSizes = defineTools(
  'servers',
  {
    scale_server: {
      title: 'Resize server',
      description:
        'Changes the size (memory, CPU, price) of a server; every app on it is offline meanwhile. Not every provider can go back to a smaller one. Needs a recent backup of every app. Returns the operation.',
      risk: 'destructive',
      aliases: ['server_scale'],
      input: {
        server_id: server(),
        instance_type: z
          .string()
          .max(100)
          .regex(/^[\w.+-]+$/, { error: 'must be a size of get_available_server_sizes' })
          .describe('Of get_available_server_sizes'),
      },
      output: operation,
      check: async ({ server_id, instance_type }, context) => {
        const row = (await context.rows()).find(({ id }) => textOf(id) === server_id)
        const cloud = textOf(row?.cloud)
        if (cloud) await checkSize('scale_server', { cloud, instance_type }, context)
        if (!row || textOf(row.instance_type) !== instance_type) return
        throw new InputError('scale_server: the server has this size already.', 'Nothing was changed.')
      },
      riskOf: ({ instance_type }, { now }) =>
        isNoSmaller(instance_type, now) ? 'disruptive' : 'destructive',
      effects: {
        impact: ({ instance_type }, { now }) =>
          isNoSmaller(instance_type, now)
            ? `Every app on the server is offline while it grows to ${instance_type}.`
            : `Every app on the server is offline while it becomes ${instance_type}, which may be too small for them: they get slow or fail, and what does not fit on the disk is at risk.`,
        undo: 'the same tool with the size before, where the provider can go back',
        downtime: 'several minutes, while the server is resized',
        cost: 'The new size is billed by the hour from now on. The API tells no price.',
        now: async ({ server_id }, context) => ({
          instance_type: textOf((await findServer(context, server_id)).instance_type) || null,
        }),
        inverse: ({ server_id, instance_type }, { now }) => {
          const before = textOf(object(now)?.instance_type)
          if (before === instance_type || !/^[\w.+-]{1,100}$/.test(before)) return undefined
          return { tool: 'scale_server', input: { server_id, instance_type: before } }
        },
      },
      requires: 'recent backup',
      settle: () => ({
        tool: 'list_servers',
        input: { fields: ['id', 'status', 'size'] },
        why: 'shows the size, and whether the server runs',
      }),
      request: (body) => ({ method: 'POST', path: '/server/scaleServer', body }),
    },

    scale_server_volume: {
      title: 'Grow volume of a server',
      description:
        'Makes the data or database volume of a server at Amazon or Google Cloud larger, for good. Needs a recent backup of every app. Returns the operation. For block storage at DigitalOcean use scale_server_storage.',
      risk: 'disruptive',
      aliases: ['server_scale_volume'],
      input: {
        server_id: server(),
        volume_type: z.enum(['data', 'db']).describe('db: the databases'),
        volume_size: gigabytes('GB afterwards'),
      },
      output: operation,
      check: async ({ server_id, volume_type, volume_size }, context) => {
        const asked = { server_id, needs: 'volumes', at: ['amazon', 'gce'] }
        const row = await checkProvider('scale_server_volume', asked, context)
        checkGrows('scale_server_volume', 'volume_size', volume_size, sizeIn(row, volumeOf[volume_type]))
      },
      effects: {
        impact: ({ volume_type, volume_size }) =>
          `The volume with the ${holds[volume_type]} grows to ${volume_size} GB, for good. Apps may be interrupted meanwhile.`,
        undo: null,
        downtime: outage,
        cost: 'The volume is billed by GB and month. The API tells no price.',
        now: (input, context) => now(volumeOf[input.volume_type])(input, context),
      },
      requires: 'recent backup',
      settle: details,
      request: (body) => ({ method: 'POST', path: '/server/scaleVolume', body }),
    },

    attach_server_storage: {
      title: 'Attach block storage',
      description:
        'Attaches block storage to a server at DigitalOcean and moves the data of its apps there. No call detaches it. Needs a recent backup of every app. Returns the operation. To grow it later use scale_server_storage.',
      risk: 'disruptive',
      aliases: ['server_storage_attach'],
      input: { server_id: server(), server_storage: gigabytes('GB') },
      output: operation,
      check: async ({ server_id }, context) => {
        const asked = { server_id, needs: 'block storage', at: ['do'] }
        const size = sizeIn(await checkProvider('attach_server_storage', asked, context), 'storage')
        if (size === null) return
        throw new InputError(
          `attach_server_storage: the server has ${size} GB of block storage already.`,
          'Nothing was changed. scale_server_storage makes it larger.',
        )
      },
      effects: {
        impact: ({ server_storage }) =>
          `The data of every app on the server moves to a new disk of ${server_storage} GB, which can't be detached again. Apps may be interrupted meanwhile.`,
        undo: null,
        downtime: outage,
        cost: 'Block storage is billed by GB and month. The API tells no price.',
        now: now('storage'),
      },
      creates: true,
      requires: 'recent backup',
      settle: details,
      request: (body) => ({ method: 'POST', path: '/server/attachStorage', body }),
    },

    scale_server_storage: {
      title: 'Grow block storage',
      description:
        'Makes the block storage of a server at DigitalOcean larger, for good; attach_server_storage comes first. Needs a recent backup of every app. Returns the operation.',
      risk: 'disruptive',
      aliases: ['server_storage_scale'],
      input: { server_id: server(), server_storage: gigabytes('GB afterwards') },
      output: operation,
      check: async ({ server_id, server_storage }, context) => {
        const asked = { server_id, needs: 'block storage', at: ['do'] }
        const row = await checkProvider('scale_server_storage', asked, context)
        checkGrows('scale_server_storage', 'server_storage', server_storage, sizeIn(row, 'storage'))
        if (row?.storage !== null && numberOf(row?.storage) !== 0) return
        throw new InputError(
          'scale_server_storage: the server has no block storage.',
          'Nothing was changed. attach_server_storage attaches some.',
        )
      },
      effects: {
        impact: ({ server_storage }) =>
          `The block storage with the data of every app grows to ${server_storage} GB, for good. Apps may be interrupted meanwhile.`,
        undo: null,
        downtime: outage,
        cost: 'The larger storage is billed by GB and month. The API tells no price.',
        now: now('storage'),
      },
      requires: 'recent backup',
      settle: details,
      request: (body) => ({ method: 'POST', path: '/server/scaleStorage', body }),
    },
  },
  { core: false },
)
