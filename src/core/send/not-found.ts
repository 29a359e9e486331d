/** What to do about an id that the platform does not know. It depends on the kind of thing that the request named. @module */
import type { UpstreamError } from '../../errors.ts'
import { type KindName, kinds } from '../platform.ts'
import type { ApiRequest } from '../types/api.ts'
import type { ToolMap } from '../types/tool.ts'
import { kindsIn } from './request.ts'

/** The next step after a 404, in place. Only tools that are listed here are named. */
export function whereIdsAre(error: UpstreamError, request: ApiRequest, tools: ToolMap): void {
  if (error.status !== 404 || error.details.reason !== 'not_found') return
  error.next = advice(kindsIn(request), tools)
}

const operationGone =
  'An operation_id comes with the answer of the call that started the work, and Cloudways forgets it after a while. Read the state of what that call changed; do not repeat the call.'

function advice(named: readonly KindName[], tools: ToolMap): string {
  if (named.includes('operation')) return operationGone
  const ids = named.map((name) => {
    const kind = kinds[name]
    const source = 'listedBy' in kind && Object.hasOwn(tools, kind.listedBy) ? kind.listedBy : undefined
    return `${kind.argument} from ${source ?? 'the person'}`
  })
  if (ids.length === 0) return 'Do not repeat it unchanged.'
  const owner = named.includes('app') && named.includes('server') ? '; an app belongs to one server' : ''
  return `Take ${ids.join(', ')}${owner}.`
}
