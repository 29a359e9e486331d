import * as z from 'zod'
import { appEntries, type Entry, matching, nearTo, serverEntries } from '../../core/decide/names.ts'
import { defineTools } from '../../core/declare/define.ts'
import { textOf } from '../../core/send/inventory.ts'
import { id, row } from '../outputs.ts'

const none: ReadonlySet<string> = new Set()

const found = z.array(
  row({
    kind: z.enum(['server', 'app']),
    id,
    server_id: id,
    label: z.string(),
    domain: z.string().nullable(),
    server: z.string().nullable().describe('Label of its server'),
  }),
)

export const findReport = defineTools('estate', {
  find_resource: {
    title: 'Find a server or an app',
    description:
      'Finds servers and apps by what people call them: words of a label in any order, a domain, a pasted URL, an address, a system user, an id. Answers all that fit; near, when none does.',
    risk: 'read',
    reach: 'listed',
    input: { query: z.string().min(1).max(255), limit: z.int().min(1).max(50).default(10) },
    output: z.looseObject({ matches: found, total: z.number(), near: found.optional() }),
    requests: 1,
    run: async ({ query, limit }, { rows: read }) => {
      const rows = await read()
      const labels = new Map(rows.map((row) => [textOf(row.id), textOf(row.label) || null]))
      // What names an app is no name of its server here, and the other way round.
      const entries = [...serverEntries(rows), ...appEntries(rows)].map((entry) => ({
        ...entry,
        through: none,
      }))
      const shown = (entry: Entry) => ({
        kind: entry.kind,
        id: entry.id,
        server_id: entry.server_id,
        label: entry.label,
        domain: entry.domain,
        server: labels.get(entry.server_id) ?? null,
      })
      const fits = entries.filter(({ id }) => id === query.trim())
      const matches = fits.length > 0 ? fits : matching(query, entries)
      if (matches.length > 0) return { matches: matches.slice(0, limit).map(shown), total: matches.length }
      return { matches: [], total: 0, near: nearTo(query, entries, limit).map(shown) }
    },
  },
})
