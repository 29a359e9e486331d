/** Further accounts on the sign-in page: each token is checked, counted and locked out like the first one. @module */
import { bareCredential, credentialProblem } from '../../api/credential-form.ts'
import type { AccessTokenCredentials } from '../../api/credentials.ts'
import { checkAccountName, defaultAccount } from '../../core/accounts/rules.ts'
import { InputError } from '../../errors.ts'
import { type AccountField, mostFurther } from '../pages/credential-fields.ts'
import type { Fields } from '../pages/http.ts'
import type { CheckedForm, CredentialCheck, FormProblem } from './credential-check.ts'

/** The accounts by name, or what stops the sign-in. */
type Further =
  | { accounts: Record<string, AccessTokenCredentials> }
  | Exclude<CheckedForm, { verdict: unknown }>

const rows = Array.from({ length: mostFurther }, (_, index) => index + 1)

/** What the person entered for row 1, 2, ... A browser may send blanks. */
const entered = (form: Fields, row: number) => ({
  name: (form[`account_${row}`] ?? '').trim().toLowerCase(),
  token: bareCredential(form[`token_${row}`] ?? ''),
})

export const furtherNames = (form: Fields): string[] =>
  rows.map((row) => entered(form, row).name.slice(0, 40))

/**
 * @param first the hash of the account that was checked already.
 * @param check asks Cloudways about one token, as one attempt.
 */
export async function checkFurther(
  form: Fields,
  first: string,
  check: (form: Fields) => ReturnType<CredentialCheck>,
): Promise<Further> {
  const given = rows.map((row) => ({ row, ...entered(form, row) })).filter(({ name, token }) => name || token)
  const names = [defaultAccount]
  // All that can be seen is told before anything is sent.
  for (const { row, name, token } of given) {
    const wrong = nameProblem(name, names) ?? undefined
    if (wrong) return problem(`account_${row}`, wrong)
    names.push(name)
    const message = token ? credentialProblem('accessToken', token) : 'Paste its access token.'
    if (message) return problem(`token_${row}`, message)
  }
  const accounts: Record<string, AccessTokenCredentials> = {}
  const known = new Set([first])
  for (const { row, name, token } of given) {
    const checked = await check({ access_token: token })
    if ('problem' in checked) return { ...checked, problem: { ...checked.problem, field: `token_${row}` } }
    if ('locked' in checked) return checked
    const { accessToken, account } = checked.verdict
    if (known.has(account)) return problem(`token_${row}`, 'This token is above already.')
    known.add(account)
    accounts[name] = { accessToken, account }
  }
  return { accounts }
}

function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (!name) return 'Give this account a name.'
  if (taken.includes(name))
    return name === defaultAccount ? 'The first account is called default.' : 'This name is above already.'
  try {
    checkAccountName(name, 'This')
    return undefined
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return 'A name has lower case letters, digits, - and _, and is not all.'
  }
}

const problem = (field: AccountField, message: string): FormProblem => ({
  problem: { field, message },
  status: 422,
})
