/** The fields in which a person enters credentials. @module */
import { html, raw } from 'hono/html'
import type { Html } from './layout.ts'

/** How many further accounts one sign-in takes. */
export const mostFurther = 4

/** Name and token of a further account, counted from 1. */
export type AccountField = `account_${number}` | `token_${number}`

/** A field that the person has to fix, and how. */
export interface FieldProblem {
  field: 'access_token' | 'email' | 'api_key' | AccountField
  message: string
}

export interface CredentialFields {
  /** Whether email and API key are offered. */
  hasExchange: boolean
  /** The credentials are those of the sandbox. */
  sandbox: boolean
  email?: string
  /** The names of further accounts, as they were entered. Left out: the page takes one account. */
  further?: readonly string[]
  problem?: FieldProblem
}

/** Where a person finds the access token of the sandbox. It opens nothing but the sandbox, and stands in no answer. */
export const sandboxToken = {
  answer:
    'The page asks for the access token of the sandbox: the command of this server prints it on stderr, in the terminal or in the log of the MCP client.',
  printed: (token: string) => `Pages that ask for credentials take the access token of the sandbox: ${token}`,
}

const platformHint = html`The primary account owner makes it on the <a href="https://platform.cloudways.com/api"
target="_blank" rel="noopener noreferrer">Cloudways platform</a>. With the role READ, it can change nothing. It begins
with cw_`

const sandboxHint = html`Of the sandbox. The command of the server prints it on stderr: in the terminal, or in the log of
your MCP client. It begins with cw_`

export function credentialFields(view: CredentialFields): Html {
  const { problem, hasExchange, sandbox } = view
  return html`<label class="name" for="access_token">Access token</label>
<p class="hint" id="token_hint">${sandbox ? sandboxHint : platformHint}</p>
${field('access_token', 'password', problem, { autocomplete: 'off', describedBy: 'token_hint', focus: !problem })}
${hasExchange && emailAndKey(view)}
${view.further && furtherAccounts(view.further, problem)}`
}

function field(
  name: FieldProblem['field'],
  type: 'text' | 'email' | 'password',
  problem: FieldProblem | undefined,
  options: { autocomplete: string; value?: string; describedBy?: string; focus?: boolean },
): Html {
  const wrong = problem?.field === name
  const described = [options.describedBy, wrong && 'problem'].filter(Boolean).join(' ')
  return html`<input id="${name}" name="${name}" type="${type}" value="${options.value ?? ''}"
autocomplete="${options.autocomplete}" autocapitalize="none" autocorrect="off" spellcheck="false"
${described && html`aria-describedby="${described}"`} ${wrong && raw('aria-invalid="true"')}
${(wrong || options.focus) && raw('autofocus')}>
${wrong && html`<p class="problem" id="problem" role="alert">${problem.message}</p>`}`
}

function emailAndKey({ email, problem }: CredentialFields): Html {
  const open = Boolean(email) || problem?.field === 'email' || problem?.field === 'api_key'
  return html`<details ${open && raw('open')}>
<summary>Use email and API key instead, while Cloudways still takes them</summary>
<div>
<label class="name" for="email">Email</label>
${field('email', 'email', problem, { autocomplete: 'username', value: email })}
<label class="name" for="api_key">API key</label>
${field('api_key', 'password', problem, { autocomplete: 'off' })}
</div>
</details>`
}

function furtherAccounts(names: readonly string[], problem: FieldProblem | undefined): Html {
  const isOpen = names.some(Boolean) || /^(account|token)_/.test(problem?.field ?? '')
  const rows = Array.from({ length: mostFurther }, (_, index) => index + 1)
  return html`<details ${isOpen && raw('open')}>
<summary>Add further accounts</summary>
<div>
<p class="hint" id="further_hint">Each with an access token of its own. The account above is called default.</p>
${rows.map(
  (row) => html`<label class="name" for="account_${row}">Name of account ${row + 1}</label>
${field(`account_${row}`, 'text', problem, { autocomplete: 'off', value: names[row - 1], describedBy: 'further_hint' })}
<label class="name" for="token_${row}">Token of account ${row + 1}</label>
${field(`token_${row}`, 'password', problem, { autocomplete: 'off' })}`,
)}
</div>
</details>`
}
