/** What a model should know before its first call, from what is listed. No SDK here. @module */
import { fenceSentence } from '../../core/answer/untrusted.ts'
import { executorOf } from '../../core/declare/executors.ts'
import { cannotSentence } from '../../core/declare/impossible.ts'
import { proposed } from '../../core/platform.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolDescription } from '../../core/types/description.ts'
import type { ToolMap } from '../../core/types/tool.ts'

/** Questions that one call answers, and the tool for each. */
const starts = [
  ['what is wrong anywhere', 'account_health'],
  ['why one site is down or slow', 'diagnose_app'],
  ['what a name means', proposed.finder],
] as const

/** More accounts are counted: the argument of every tool has their names. */
const mostNames = 5

const texts = new WeakMap<readonly ToolDescription[], string>()

/** At most 250 tokens, whatever is listed. The same list has the same text. */
export function instructions<T extends ToolMap>(toolkit: Toolkit<T>): string {
  const list = toolkit.list()
  const known = texts.get(list)
  if (known !== undefined) return known
  const { accounts, reached } = toolkit.adapter
  const text = written(reached(), {
    accounts,
    isSearched: list.some(({ name }) => name === executorOf('read')),
  })
  texts.set(list, text)
  return text
}

function written(
  list: readonly ToolDescription[],
  { accounts, isSearched }: { accounts: readonly string[]; isSearched: boolean },
): string {
  const names = list.map(({ name }) => name)
  const has = (name: string) => names.includes(name)
  const sources = [proposed.servers, proposed.apps].filter(has).join(' and ')
  const first = starts.filter(([, tool]) => has(tool)).map(([question, tool]) => `${question} (${tool})`)
  const changes = list.some(({ risk }) => risk !== 'read')
  return [
    accounts.length === 0
      ? 'Tools for one Cloudways hosting account: its servers, and the apps on each.'
      : `Tools for ${accounts.length > mostNames ? `${accounts.length} Cloudways hosting accounts` : `the Cloudways hosting accounts ${accounts.join(', ')}`}. A change names one as account; a read may leave it out, or ask all.`,
    isSearched &&
      `${proposed.search} finds the tool for a task. Call it with call_ and its risk: the listed tools are all that you see.`,
    first.length > 0 && `One call answers ${first.join(', ')}.`,
    sources &&
      `server_id and app_id take an id, label, domain or address of ${sources}: never guess one. app_id alone tells its server.`,
    has(proposed.operation) &&
      `Long work may answer an operation that is still running: ask ${has('wait_for_operation') ? 'wait_for_operation' : proposed.operation}, do not start it again.`,
    changes
      ? 'A change that needs a person is answered with its plan: show it, do what the answer says.'
      : 'Nothing is changed here: all tools only read.',
    changes && has(proposed.preview) && `${proposed.preview} tells before.`,
    cannotSentence(names),
    'Errors say what happened and whose turn it is. Passwords and keys are hidden.',
    fenceSentence,
  ]
    .filter(Boolean)
    .join(' ')
}
