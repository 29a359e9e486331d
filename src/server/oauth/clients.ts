/**
 * Clients: those that registered themselves, and those whose id is the URL of their metadata document.
 *
 * @module
 */
import { oneLine } from '../../base/text.ts'
import { InputError } from '../../errors.ts'
import type { Client } from './client.ts'
import { createDocuments, isDocumentId } from './documents.ts'
import type { Settings } from './options.ts'
import { createSeal, digest } from './secrets.ts'

/** What a registered client's id holds. */
export interface Registration {
  name: string
  uris: string[]
  /** Seconds since 1970. */
  at: number
}

export type Clients = ReturnType<typeof createClients>

/** All that the sign-in page needs of the clients. */
export type ClientSource = Pick<Clients, 'find'>

/** This server makes no longer id. */
const mostIdCharacters = 6000

export function createClients(settings: Settings) {
  const registrations = createSeal<Registration>(settings.cipher, 'client')
  const fetchDocument = createDocuments(settings)

  return {
    registrations,
    /**
     * @param address whose browser asks: it pays for the fetch of a document.
     * @throws InputError that says why there is no such client.
     * @throws UpstreamError with `retryAfter` when the client's document can't be fetched now.
     */
    async find(id: string, address: string): Promise<Client> {
      if (id.length > mostIdCharacters) throw unknownClient()
      if (isDocumentId(id)) return fetchDocument(id, address)
      const registration = await registrations.open(id)
      if (!registration) throw unknownClient()
      return clientOf(id, registration)
    },
    /** Whether this server accepts the id. Nothing is fetched for the answer. */
    async isKnown(id: string): Promise<boolean> {
      if (id.length > mostIdCharacters) return false
      return isDocumentId(id) || (await registrations.open(id)) !== undefined
    },
  }
}

export function clientOf(id: string, { name, uris }: Registration): Client {
  return { id, label: labelOf(id), name, redirectUris: uris }
}

/** Stands for a client in events. The id of a registered client is long, so its digest stands for it. */
export function labelOf(id: string): string {
  return isDocumentId(id) ? oneLine(id, 200) : `client_${digest(id).slice(0, 12)}`
}

function unknownClient(): InputError {
  return new InputError(
    'This server does not know the client that sent you here.',
    'It registered elsewhere, or long ago. Remove this server from the client, add it again, and connect.',
  )
}
