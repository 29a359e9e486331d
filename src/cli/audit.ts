/** `cloudways-tools audit verify FILE`: is an audit file as it was written? @module */
import { InputError } from '../errors.ts'
import { nearest } from '../options.ts'
import { type AuditReport, verifyAuditFile } from '../server/audit-read.ts'
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

function inWords({ lines, broken, first, last, seq, hash, lost, expected }: AuditReport): string[] {
  const count = lines === 1 ? '1 line' : `${lines} lines`
  return [
    broken
      ? `BROKEN${broken.line === null ? '' : ` at line ${broken.line}`}: ${broken.problem}.`
      : `Whole: ${count}.`,
    ...(broken && broken.line !== null ? [`Before it: ${count}, whole.`] : []),
    ...(lines > 0 ? [`First  ${first}`, `Last   ${last}`, `Number ${seq}`, `Hash   ${hash}`] : []),
    ...(lost > 0 ? [`${lost} events could not be written at their time; the file says where.`] : []),
    ...(expected !== null
      ? [`The expected hash is that of line ${expected}: up to there nothing has changed.`]
      : []),
  ]
}
