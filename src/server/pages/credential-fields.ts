/** The fields in which a person enters credentials. @module */
import { html, raw } from 'hono/html'
import type { Html } from './layout.ts'

/** A field that the person has to fix, and how. */
export interface FieldProblem {
  field: 'access_token' | 'email' | 'api_key'
  message: string
}

export interface CredentialFields {
  /** Whether email and API key are offered. */
  hasExchange: boolean
  /** The credentials are those of the sandbox. */
  sandbox: boolean
  email?: string
  problem?: FieldProblem
}

/** Where a person finds the access token of the sandbox. It opens nothing but the sandbox, and stands in no answer. */
export const sandboxToken = {
  answer:
    'The page asks for the access token of the sandbox: the command of this server prints it on stderr, in the terminal or in the log of the MCP client.',
  printed: (token: string) => `Pages that ask for credentials take the access token of the sandbox: ${token}`,
}

const platformHint = html`From the <a href="https://platform.cloudways.com/api" target="_blank"
rel="noopener noreferrer">Cloudways platform</a>, begins with cw_`

const sandboxHint = html`Of the sandbox. The command of the server prints it on stderr: in the terminal, or in the log of
your MCP client. It begins with cw_`

export function credentialFields(view: CredentialFields): Html {
  const { problem, hasExchange, sandbox } = view
  return html`<label class="name" for="access_token">Access token</label>
<p class="hint" id="token_hint">${sandbox ? sandboxHint : platformHint}</p>
${field('access_token', 'password', problem, { autocomplete: 'off', describedBy: 'token_hint', focus: !problem })}
${hasExchange && emailAndKey(view)}`
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
<summary>Use email and API key instead</summary>
<div>
<label class="name" for="email">Email</label>
${field('email', 'email', problem, { autocomplete: 'username', value: email })}
<label class="name" for="api_key">API key</label>
${field('api_key', 'password', problem, { autocomplete: 'off' })}
</div>
</details>`
}
