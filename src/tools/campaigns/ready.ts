/** What the campaigns have in common that find their targets by themselves. @module */
import * as z from 'zod'
import type { CampaignPolicy, WantedItem } from '../../core/types/campaign.ts'
import type { EstateApp, EstateServer } from '../estate/rows.ts'
import { report, usualWaves } from './report.ts'

/** The parts of their declarations that are the same. */
export const ready = { reach: 'listed', settle: null, output: report } as const

export const includeProtected = () =>
  z.array(z.string().min(1).max(255)).max(100).optional().describe('By name or id')

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
