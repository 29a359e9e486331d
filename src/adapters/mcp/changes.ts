/** Tells the client of a connection that the list of tools has changed, and with it that of prompts. No SDK here. @module */
import type { Toolkit } from '../../core/toolkit.ts'

/** The part that servers of both versions of the SDK share. */
interface TellingServer {
  connect(transport: never): Promise<void>
  sendToolListChanged(): Promise<void>
  sendPromptListChanged(): Promise<void>
}

/** The lists whose change is told, by the capability that declares it. */
export const told = ['tools', 'prompts']

/** Tell of changes from the beginning of a connection to its end. The server has to declare it. */
export function tellChanges(server: TellingServer, { adapter }: Pick<Toolkit, 'adapter'>): void {
  const connect = server.connect.bind(server) as (transport: object) => Promise<void>
  server.connect = async (transport: { onclose?: () => void }) => {
    const stop = adapter.onListChanged(() => {
      // A client that has gone needs no news.
      for (const sent of [server.sendToolListChanged(), server.sendPromptListChanged()]) sent.catch(() => {})
    })
    const before = transport.onclose
    transport.onclose = () => {
      stop()
      before?.()
    }
    await connect(transport).catch((error: unknown) => {
      stop()
      throw error
    })
  }
}
