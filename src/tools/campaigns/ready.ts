/** What the campaigns have in common that find their targets by themselves. @module */
import * as z from 'zod'
import type { CampaignPolicy, WantedItem } from '../../core/types/campaign.ts'
import type { EstateApp, EstateServer } from '../estate/rows.ts'
import { fits } from './pattern.ts'
import { report, usualWaves } from './report.ts'

/** The parts of their declarations that are the same. */
export const ready = { reach: 'listed', settle: null, output: report } as const

/** Names or ids of servers or apps. */
export const targetNames = () => z.array(z.coerce.string<string | number>().min(1).max(255))

export const includeProtected = () => z.array(z.string().min(1).max(255)).max(100).optional()

/** One after the other, without pauses. @param stopAfter failures. */
export const policyOf = (stopAfter: number): CampaignPolicy => ({
  ...{ waves: usualWaves, pauseSeconds: 0, check: 'none' as const },
  stopAfter,
})

const serverNamed = ({ id, label }: EstateServer) => ({ id, label: label ?? '' })

const appNamed = ({ id, label, domain, server }: EstateApp) => ({
  server: serverNamed(server),
  app: { id, label: label ?? '', domain },
})

/** An app or a server that is told and left out. */
export const leftOut = (tool: string, place: EstateApp | EstateServer, why: string): WantedItem => ({
  tool,
  input: {},
  leftOut: { ...('server' in place ? appNamed(place) : { server: serverNamed(place) }), why },
})

/** Servers whose apps nobody told. */
export const unreadServers = (tool: string, servers: readonly EstateServer[]): WantedItem[] =>
  servers
    .filter(({ apps }) => apps === null)
    .map((server) => leftOut(tool, server, 'Cloudways did not tell its apps.'))

export const idsOf = ({ id, server }: EstateApp) => ({ server_id: server.id, app_id: id })

/**
 * The protected servers and apps that a call names, without those to which nothing happens this time: a call that is
 * made every week names them every week. What is not there at all stays, and the core refuses it.
 */
export function included(
  named: readonly string[] = [],
  servers: readonly EstateServer[],
  items: readonly WantedItem[],
): string[] {
  const inputs = items.flatMap(({ leftOut: isLeft, input }) => (isLeft ? [] : [input]))
  const touches = (place: EstateApp | EstateServer) =>
    inputs.some(({ server_id, app_id }) =>
      'server' in place
        ? app_id === place.id || (app_id === undefined && server_id === place.server.id)
        : server_id === place.id,
    )
  const all = servers.flatMap((server) => [server, ...(server.apps ?? [])])
  return named.filter((entry) => {
    const meant = all.filter((place) => fits(entry, place))
    return meant.length === 0 || meant.some(touches)
  })
}
