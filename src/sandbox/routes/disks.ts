/** The disks of a server: what its provider has, and that none of them shrinks. */
import { type Answer, type Call, change, invalid, type Routes, refused } from '../call.ts'
import { hasVolumes } from '../provision.ts'

const volumes = { data: 'data_volume_size', db: 'db_volume_size' } as const

/** @param before GB of the disk as it is. */
function grow(call: Call, field: string, before: number, set: (size: number) => void): Answer {
  const size = call.number(field)
  if (size < before) return invalid(field, 'min', `${field} cannot be less than the ${before} GB of now.`)
  return change(call, call.operation.id, () => set(size))
}

export const disks: Routes = {
  server_scale_volume(call) {
    const { server } = call
    if (!hasVolumes(server.cloud)) return refused('Servers of this provider have no such volume.')
    const name = volumes[call.text('volume_type') as keyof typeof volumes]
    return grow(call, 'volume_size', server[name] ?? 0, (size) => {
      server[name] = size
    })
  },

  server_storage_attach(call) {
    const { server } = call
    if (server.cloud !== 'do') return refused('Servers of this provider have no block storage.')
    if (server.storage !== null) return refused('Block storage is attached already.')
    return grow(call, 'server_storage', 1, (size) => {
      server.storage = size
    })
  },

  server_storage_scale(call) {
    const { server } = call
    if (server.storage === null) return refused('No block storage is attached.')
    return grow(call, 'server_storage', server.storage, (size) => {
      server.storage = size
    })
  },
}
