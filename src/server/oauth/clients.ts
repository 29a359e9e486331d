/**
 * Who asks: a client that registered itself, or one whose id is the URL of its metadata document.
 *
 * @module
 */

import { oneLine } from '../../base/text.ts'
import { InputError } from '../../errors.ts'
import type { Client } from './client-metadata.ts'
import { createDocuments, isDocumentId } from './documents.ts'
import type { Settings } from './options.ts'
import { createSeal, hashOf, type Seal } from './secrets.ts'

/** What a registered client's id holds. */
export interface Registration {
  name: string
  uris: string[]
  /** Seconds since 1970. */
  at: number
}

export type Registrations = Seal<Registration>

/** All that the sign-in page needs of them. */
export interface ClientSource {
  /** @throws InputError that says why there is no such client. */
  find(id: string): Promise<Client>
}

export interface Clients extends ClientSource {
  registrations: Registrations
  /** Whether the id is one that this server would take; fetches nothing. */
  isKnown(id: string): Promise<boolean>
}

/** Longer ones are not ours. */
const longestId = 6000

export function createClients(settings: Settings): Clients {
  const registrations = createSeal<Registration>(settings.cipher, 'client')
  const fetchDocument = createDocuments(settings)

  return {
    registrations,
    async find(id) {
      if (id.length > longestId) throw unknownClient()
      if (isDocumentId(id)) return fetchDocument(id)
      const registration = await registrations.open(id)
      if (!registration) throw unknownClient()
      return clientOf(id, registration)
    },
    async isKnown(id) {
      if (id.length > longestId) return false
      return isDocumentId(id) || (await registrations.open(id)) !== undefined
    },
  }
}

export function clientOf(id: string, { name, uris }: Registration): Client {
  return { id, label: labelOf(id), name, redirectUris: uris }
}

/** Sealed ids are long: a hash stands for them. */
export function labelOf(id: string): string {
  return isDocumentId(id) ? oneLine(id, 200) : `client_${hashOf(id).slice(0, 12)}`
}

function unknownClient(): InputError {
  return new InputError(
    'This server does not know the client that sent you here.',
    'It registered elsewhere, or long ago. Remove this server from the client, add it again, and connect.',
  )
}
