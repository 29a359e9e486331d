/** What several variables take. @module */
import * as z from 'zod'
import { bareCredential, type CredentialKind, credentialProblem } from '../../api/credential-form.ts'

/** The same check as for headers, options and the sign-in page. */
export const credential = (kind: CredentialKind) => () =>
  z
    .string()
    .overwrite(bareCredential)
    .superRefine((text, context) => {
      const message = credentialProblem(kind, text)
      if (message) context.addIssue({ code: 'custom', message })
    })

export const names = () => z.array(z.string().min(1))

/** The messages never repeat the URL: it may hold a password, even where none is expected. */
export function url(...schemes: string[]) {
  const error = `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}.`
  return z
    .url({ protocol: new RegExp(`^(${schemes.join('|')})$`), hostname: /./, error, abort: true })
    .refine((text) => !new URL(text).hash, 'must have no part after #.')
}

/** Docker and Kubernetes hand secrets over as files: `NAME_FILE` names the file that holds the value of `NAME`. */
export const fileOf = (fileOf: string, what: string) => ({
  schema: () => z.string(),
  fileOf,
  about: `File with ${what}, for example a secret of Docker: instead of ${fileOf}.`,
})

/** A URL to which this package adds paths. */
export const baseUrl = () =>
  url('https', 'http')
    .refine((text) => {
      const { username, password, search } = new URL(text)
      return !username && !password && !search
    }, 'must have no user, password and query.')
    .overwrite((text) => text.replace(/\/+$/, ''))
