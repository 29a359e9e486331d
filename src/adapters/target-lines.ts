/** The targets of a campaign as lines of a plain text: every one, because the person says yes to exactly this list. @module */
import { cut } from '../base/text.ts'
import type { Plan, PlannedTarget } from '../core/types/plan.ts'

/** How a text shows what strangers chose. */
interface Words {
  quoted(label: string): string
  sentence(text: string): string
}

// In characters.
const mostOfChange = 200

/** What is left out is told after what is changed. */
export function targetLines({ targets = [], impact }: Plan, words: Words): string[] {
  const changed = targets.filter((row) => row.left_out === undefined)
  const left = targets.filter((row) => row.left_out !== undefined)
  return [
    ...(changed.length > 0 ? [`Targets, ${changed.length}, in this order:`] : []),
    ...changed.map((row, place) => `${place + 1}. ${lineOf(row, impact, words)}`),
    ...(left.length > 0 ? [`Left out, ${left.length}:`] : []),
    ...left.map((row) => `- ${nameOf(row, words)}: ${words.sentence(row.left_out ?? '')}`),
  ]
}

function lineOf(row: PlannedTarget, impact: string, words: Words): string {
  const short = (text: string) => words.sentence(cut(text, mostOfChange).shown)
  const told = [
    row.tool !== undefined && `by ${row.tool}`,
    row.protected && 'protected',
    row.change !== undefined && short(row.change),
    row.impact !== undefined && row.impact !== impact && short(row.impact),
  ].filter(Boolean)
  return `${nameOf(row, words)}${told.length > 0 ? `: ${told.join('; ')}` : ''}`
}

function nameOf({ app, server, target }: PlannedTarget, { quoted }: Words): string {
  if (app) return `app ${quoted(app.label)} (${app.id})${server ? ` on ${quoted(server.label)}` : ''}`
  return server ? `server ${quoted(server.label)} (${server.id})` : target ? quoted(target) : 'the account'
}
