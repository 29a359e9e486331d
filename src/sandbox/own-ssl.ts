import { type Found, findOperation, type Operation, operations } from './contract.ts'
import type { Forms } from './forms.ts'

/** The call that installs a custom certificate. Each client of the platform knows it by another path or field. */
const documented = operations.find(({ id }) => id === 'security_own_ssl_install')!

const chainNames = ['ssl_crt', 'ssl_cert']

const placeOf = (form: Forms['ownSslCall']) => {
  const [name, field] = form.split(' ') as [string, string]
  return { path: `/security/${name}`, field }
}

/** The field that holds the certificate chain in this form. */
export const chainField = (form: Forms['ownSslCall']): string => placeOf(form).field

/** The call in this form. The chain may be sent under both names: a client can then do without a third attempt. */
function inForm(form: Forms['ownSslCall']): Operation {
  const { path, field } = placeOf(form)
  const { fields } = documented.otherCalls!.find((one) => one.path === path && one.fields.includes(field))!
  const params = documented.params!.flatMap((one) => {
    if (one.name === 'ssl_crt') return chainNames.map((name) => ({ ...one, name, required: name === field }))
    return one.name.endsWith('_id') || fields.includes(one.name) ? [one] : []
  })
  return { ...documented, path, params }
}

/** As `findOperation`, with the custom certificate at the path of the form. `elsewhere`: it is at another path. */
export function findCall(method: string, path: string, form: Forms['ownSslCall']): Found | 'elsewhere' {
  const place = placeOf(form)
  if (place.path === documented.path) return findOperation(method, path)
  if (path === documented.path) return 'elsewhere'
  if (path !== place.path) return findOperation(method, path)
  return method === documented.method
    ? { operation: inForm(form), path: {} }
    : { operation: undefined, allowed: [documented.method] }
}
