/** Sentences of our own name tools that help. Here they lose a tool that this toolkit does not list. @module */
import { type CloudwaysError, PolicyError } from '../../errors.ts'
import type { Kit } from '../types/call.ts'

/** `; get_git_branch_names lists them`, or a sentence of its own: `list_servers lists the servers.` */
const pointers = /(^|; | )([a-z]{1,30}(?:_[a-z0-9]{1,30}){1,8}) (?:lists|has) [^.;]{1,80}([.;]|$)/g

/** The same error, in place. */
export function withListedTools(error: CloudwaysError, { find }: Pick<Kit, 'find'>): CloudwaysError {
  const isHidden = (name: string) => {
    try {
      find(name)
      return false
    } catch (refusal) {
      // A name that no tool has is one of the platform.
      return refusal instanceof PolicyError
    }
  }
  const without = (text: string) =>
    text
      .replace(pointers, (match, before, name, end) =>
        isHidden(name) ? (before === '; ' ? end : `${before}A person has to name it${end}`) : match,
      )
      .trim()
  error.message = without(error.message)
  error.next = without(error.next)
  return error
}
