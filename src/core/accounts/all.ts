/** One read of all accounts, side by side: the rows come together, each with its account. @module */
import { type Json, object } from '../../base/json.ts'
import { type CloudwaysError, type ErrorReport, isCloudwaysError } from '../../errors.ts'
import { removedFrom, withRemoved } from '../answer/answer.ts'

/** What came of the call in one account. */
type Outcome = { name: string } & ({ answer: Json } | { error: CloudwaysError })

/**
 * Make the same read in each account.
 *
 * @throws the first error, when all failed; the reason of the signal when it was aborted.
 */
export async function inAll(
  names: readonly string[],
  read: (name: string) => Promise<unknown>,
  signal: AbortSignal,
): Promise<Json> {
  const outcomes = await Promise.all(
    names.map(async (name): Promise<Outcome> => {
      try {
        return { name, answer: (await read(name)) as Json }
      } catch (error) {
        if (!isCloudwaysError(error)) throw error
        return { name, error }
      }
    }),
  )
  signal.throwIfAborted()
  const answers = outcomes.flatMap((one) => ('answer' in one ? [one] : []))
  if (answers.length === 0) throw together(outcomes)
  const lists = rowLists(answers.map(({ answer }) => answer))
  const merged: Json = {
    ...Object.fromEntries(lists.map((list) => [list, answers.flatMap((one) => rowsOf(one, list))])),
    accounts: outcomes.map((one) => ('answer' in one ? rest(one, lists) : failed(one))),
  }
  return withRemoved(merged, sum(answers.map(({ answer }) => removedFrom(answer))))
}

/** The answer of one account, with the name of the account. */
export function ofAccount(name: string, answer: unknown): Json {
  const { account, ...fields } = answer as Json
  return withRemoved({ account: name, ...hashIn(name, account), ...fields }, removedFrom(answer))
}

/** Two tools tell the hash of the account, which stands in logs and audit. */
const hashIn = (name: string, account: unknown): Json =>
  account === undefined || account === name ? {} : { account_hash: account }

/** The fields that hold rows in every answer that has them. */
function rowLists(answers: readonly Json[]): string[] {
  const fields = [...new Set(answers.flatMap(Object.keys))]
  const isRows = (value: unknown) =>
    value === undefined || (Array.isArray(value) && value.every((row) => object(row) !== undefined))
  return fields.filter((field) => answers.every((answer) => isRows(answer[field])))
}

const rowsOf = ({ name, answer }: { name: string; answer: Json }, list: string): Json[] =>
  ((answer[list] as Json[] | undefined) ?? []).map((row) => ({ account: name, ...row }))

function rest({ name, answer }: { name: string; answer: Json }, lists: readonly string[]): Json {
  const { account, ...fields } = answer
  const others = Object.entries(fields).filter(([field]) => !lists.includes(field))
  return { account: name, ...hashIn(name, account), ...Object.fromEntries(others) }
}

function failed({ name, error }: { name: string; error: CloudwaysError }): {
  account: string
  error: ErrorReport
} {
  return { account: name, error: error.toJSON() }
}

function together(outcomes: readonly Outcome[]): CloudwaysError {
  const errors = outcomes.flatMap((one) => ('error' in one ? [one] : []))
  const [first] = errors as [{ name: string; error: CloudwaysError }]
  const messages = new Set(errors.map(({ error }) => error.message))
  const { error } = first
  if (messages.size > 1) error.message = errors.map((one) => `${one.name}: ${one.error.message}`).join(' ')
  return error
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
