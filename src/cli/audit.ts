/** `cloudways-tools audit verify FILE`: checks that an audit file is as it was written. @module */

import { nearest } from '../base/options.ts'
import { InputError } from '../errors.ts'
import { type AuditReport, verifyAuditFile } from '../server/audit/read.ts'
import type { Invocation } from './args.ts'
import { printJson } from './output.ts'

const actions = ['verify']
const usage = 'Write: cloudways-tools audit verify FILE'

export async function runAudit({ arguments: given, switches, expect }: Invocation): Promise<number> {
  const [action, file] = given
  if (action === undefined) throw new InputError('audit needs to know what to do.', usage)
  if (!actions.includes(action)) {
    const meant = nearest(action, actions)
    throw new InputError(
      `audit has no '${action.replaceAll(/\s+/g, ' ').slice(0, 60)}'.`,
      meant ? `Did you mean ${meant}?` : usage,
    )
  }
  if (file === undefined) throw new InputError('audit verify needs the name of a file.', usage)
  if (expect !== undefined && !/^[0-9a-f]{64}$/.test(expect)) {
    throw new InputError('--expect is not a hash of an audit file.', 'A hash has 64 digits from 0 to f.')
  }
  const report = await verifyAuditFile(file, expect).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The file can't be read (${error.code}).`, 'Name an audit file.')
  })
  if (switches.has('json')) printJson(report)
  else process.stdout.write(`${inWords(report).join('\n')}\n`)
  return report.ok ? 0 : 1
}

function inWords(report: AuditReport): string[] {
  const { lines, broken, first, last, seq, hash, lost, unsettled, expected } = report
  const count = lines === 1 ? '1 line' : `${lines} lines`
  return [
    broken
      ? `BROKEN${broken.line === null ? '' : ` at line ${broken.line}`}: ${broken.problem}.`
      : `Whole: ${count}.`,
    ...(broken && broken.line !== null ? [`Before it: ${count}, whole.`] : []),
    ...(lines > 0 ? [`First  ${first}`, `Last   ${last}`, `Number ${seq}`, `Hash   ${hash}`] : []),
    ...(lost > 0 ? [`${lost} events could not be written. The file says where they are missing.`] : []),
    ...(unsettled.length > 0 ? [unsettledText(unsettled)] : []),
    ...(expected !== null
      ? [`The expected hash is that of line ${expected}: up to there nothing has changed.`]
      : []),
    ...(broken ? [] : proofText(lines, expected ?? 0)),
  ]
}

/** Of more lines, the rest is only counted. */
const maxNamedLines = 20

function unsettledText(lines: readonly number[]): string {
  const named = lines.slice(0, maxNamedLines).join(', ')
  const more = lines.length > maxNamedLines ? ` and ${lines.length - maxNamedLines} more` : ''
  return lines.length === 1
    ? `1 change has no outcome (line ${named}): it may have happened. Its process ended before the outcome was written, or it is still under way.`
    : `${lines.length} changes have no outcome (lines ${named}${more}): they may have happened. Their process ended before the outcome was written, or they are still under way.`
}

/** @param known the line up to which the chain was compared with a hash that was kept elsewhere, or 0. */
function proofText(lines: number, known: number): string[] {
  if (known > 0 && known === lines) return []
  const after = known > 0 ? ` after line ${known}` : ''
  return [
    `Proved: no line${after} was changed, left out, put in or moved by itself.`,
    `Not proved: that the chain${after} is the one that was written. Whoever can write the file can cut off its end or make it anew; note the hash elsewhere, and give it back with --expect.`,
  ]
}
