/** A plan in words, for the person who decides about it at a terminal. @module */

import { oneLine } from '../base/text.ts'
import type { Plan } from '../core/types/plan.ts'

/** Names of apps that are written out; of many, the rest is counted. */
const mostNames = 20

/** Labels and domains are of anybody's making: each is one line, without what would speak to the terminal. */
export function planText(plan: Plan): string {
  const { title, tool, risk, target, request, affected, impact, downtime, undo, cost, needs } = plan
  const named = ({ id, label }: { id: string; label: string }) => `${oneLine(label, 80)} (${id})`
  const names = affected.slice(0, mostNames).map((app) => oneLine(app.domain ?? app.label, 80) || app.id)
  const more = affected.length - names.length
  const rows: [string, string | null | undefined][] = [
    ['Tool', `${tool}: ${oneLine(title, 80)}, ${risk}`],
    ['Server', target.server && named(target.server)],
    ['App', target.app && named(target.app)],
    [
      'Sends',
      request &&
        `${request.method} ${oneLine(`${request.path} ${JSON.stringify(request.body ?? request.json ?? {})}`, 500)}`,
    ],
    ['Does', impact],
    ['Felt by', names.length > 0 ? `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}` : null],
    ['Downtime', downtime ?? 'none'],
    ['Undo', undo ?? 'it cannot be undone'],
    ['Cost', cost],
    ['First', needs.first && `${needs.first.tool}: ${oneLine(needs.first.why ?? '', 200)}`],
  ]
  return rows
    .filter(([, text]) => text)
    .map(([name, text]) => `${name.padEnd(9)} ${text}`)
    .join('\n')
}
