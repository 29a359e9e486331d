/**
 * The person at the terminal of a command, who is asked before a change and shown where secrets are.
 *
 * @module
 */
import { createInterface } from 'node:readline/promises'
import { targetLines } from '../adapters/target-lines.ts'
import { cut } from '../base/text.ts'
import { alsoSent, askedFor, type Fact } from '../core/decide/facts.ts'
import type { Confirm, FoundSecrets, Plan } from '../core/types/plan.ts'
import { ConfirmationRequired } from '../errors.ts'
import { createSecretFiles, secretMinutes } from '../server/local/secret-file.ts'
import { note } from './output.ts'

/** `undefined` without a person at a terminal: in a script, in a pipe, under an agent. */
export function terminalOf() {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  let asking = false
  let files: ReturnType<typeof createSecretFiles> | undefined
  let path: string | undefined

  return {
    /** Whether the command is waiting for the person's answer. */
    asking: () => asking,
    async confirm(...[plan, { signal }]: Parameters<Confirm>) {
      const name = plan.needs.type_name
      note(`\n${planText(plan)}\n`)
      asking = true
      const typed = await ask(
        name === null ? 'Type yes to go on: ' : `This is protected. Type its name, ${name}, to go on: `,
        signal,
      )
      asking = false
      const answer = typed?.trim() ?? ''
      if (name === null ? /^y(es)?$/i.test(answer) : answer) return { approved: true, typed: answer }
      // An error of its own: a no on a page or through a client is final for a while, but here the person has made the
      // call, and may make it again.
      throw new ConfirmationRequired(
        `${plan.tool}: the person did not say yes. Nothing was changed.`,
        'The same command asks again.',
        { declined: true },
      )
    },
    async keepSecrets(found: FoundSecrets): Promise<string> {
      files ??= createSecretFiles()
      path = await files.write(found)
      return 'The person at this terminal finds them in a file.'
    },
    /** If secrets were written to a file, wait until the person has read them or the file is removed. */
    async waitForReader(signal: AbortSignal): Promise<void> {
      if (path === undefined) return
      const timeout = AbortSignal.timeout(secretMinutes * 60_000)
      note(`The passwords are in ${path}, for ${secretMinutes} minutes at most.`)
      await ask(
        'Press Enter when you have them: the file is removed. ',
        AbortSignal.any([signal, timeout]),
      ).catch(() => {})
    },
    close: () => files?.dispose(),
  }
}

/** The line that the person types; `undefined` when the input ends. @throws when the signal aborts. */
async function ask(question: string, signal: AbortSignal): Promise<string | undefined> {
  // With `terminal: true`, readline would take Ctrl-C, which has to end the command.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  try {
    const end = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)))
    return await Promise.race([lines.question(question, { signal }), end])
  } finally {
    lines.close()
  }
}

/** Of more apps, the rest is only counted. */
const maxNamedApps = 20

/** Longer values are cut, and the rest is counted. */
const maxValue = 4000

/**
 * The rows of a plan. Anybody may have chosen labels and domains. They have no terminal codes any more, because
 * invisible characters are written out in a plan; here they lose their line ends.
 */
export function planText(plan: Plan): string {
  const { title, tool, risk, target, request, affected, impact, downtime, undo, cost, now, needs } = plan
  const named = ({ id, label }: { id: string; label: string }) => `${counted(label, 80)} (${id})`
  const names = affected.slice(0, maxNamedApps).map((app) => counted(app.domain ?? app.label, 80) || app.id)
  const more = affected.length - names.length
  const facts = (rows: readonly Fact[]) =>
    rows.map(([name, value]) => `${name} = ${counted(JSON.stringify(value), maxValue)}`).join('\n          ')
  const rows: [string, string | null | undefined][] = [
    ['Tool', `${tool}: ${counted(title, 80)}, ${risk}`],
    ['Account', plan.account],
    ['Server', target.server && named(target.server)],
    ['App', target.app && named(target.app)],
    ['With', facts(askedFor(plan))],
    ['Sends', request && `${request.method} ${counted(request.path, 500)}`],
    ['Besides', facts(alsoSent(plan))],
    ['Does', counted(impact, maxValue)],
    ['Felt by', names.length > 0 ? `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}` : null],
    [
      'Targets',
      targetLines(plan, { quoted, sentence: (text) => counted(text, maxValue) }).join('\n          '),
    ],
    ['Downtime', counted(downtime ?? 'none is known of', maxValue)],
    ['There now', now === null || now === undefined ? null : counted(JSON.stringify(now), maxValue)],
    ['Undo', counted(undo ?? 'it cannot be undone', maxValue)],
    ['Cost', cost],
    ['First', needs.first && `${needs.first.tool}: ${counted(needs.first.why ?? '', 200)}`],
  ]
  return rows
    .filter(([, text]) => text)
    .map(([name, text]) => `${name.padEnd(9)} ${text}`)
    .join('\n')
}

const quoted = (label: string) => JSON.stringify(counted(label, 80))

function counted(text: string, most: number): string {
  const { shown, more } = cut(text.replace(/\s+/g, ' ').trim(), most)
  return shown + more
}
