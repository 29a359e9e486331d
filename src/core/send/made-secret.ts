/**
 * Passwords that a call leaves out. One is made when the change is sent, after it was handed to a person: the answer of
 * the platform may be lost. No model sees it.
 *
 * @module
 */
import { InputError, isCloudwaysError, UpstreamError } from '../../errors.ts'
import { isMadeSecret, toBeMade } from '../declare/marks.ts'
import type { ApiRequest } from '../types/api.ts'
import type { AcceptedCall, Call, Input } from '../types/call.ts'
import type { AnyTool } from '../types/tool.ts'

const takerOf = ({ options, kit }: Call) => options.onSecrets ?? kit.rules.onSecrets

const missing = (tool: AnyTool, input: Input) =>
  Object.keys(tool.input).filter((name) => input[name] === undefined && isMadeSecret(tool.input[name]))

/** The arguments with what will be made. @throws InputError where nobody takes it. */
export function withMissing(call: Call, input: Input): Input {
  const names = missing(call.tool, input)
  if (names.length === 0) return input
  if (takerOf(call)) return { ...input, ...Object.fromEntries(names.map((name) => [name, toBeMade])) }
  throw new InputError(
    `${call.tool.name}: ${names.join(', ')} can't be made here, because nothing hands it to a person (onSecrets).`,
    'Nothing was sent. A person sets it in the Cloudways platform, or passes it as an argument.',
  )
}

/** The request as it is sent. @throws UpstreamError when the password could not be handed over: nothing is sent. */
export async function withMade(call: Omit<Call, 'api'>, request: ApiRequest): Promise<ApiRequest> {
  const { input = {}, tool, account, ids = {} } = call as AcceptedCall
  const names = Object.keys(input).filter((name) => input[name] === toBeMade)
  const onSecrets = takerOf(call as Call)
  if (names.length === 0 || !onSecrets || !JSON.stringify(request).includes(toBeMade)) return request
  const [before] = call.handedOver?.values ?? []
  // The same change in another form has the same password.
  if (before) return replaced(request, before) as ApiRequest
  const made = newPassword()
  const values = Object.fromEntries(names.map((name) => [name, made]))
  const found = {
    ...{ tool: tool.name, account: await account.id(), values, isNew: true },
    target: { server_id: ids.server_id, app_id: ids.app_id },
  }
  try {
    call.handedOver = { where: await onSecrets(found), values: [made] }
  } catch (cause) {
    if (isCloudwaysError(cause)) throw cause
    throw new UpstreamError(
      `${tool.name}: the new password could not be handed to a person.`,
      'Nothing was sent. Call again later, or a person sets it in the Cloudways platform.',
    )
  }
  return replaced(request, made) as ApiRequest
}

function replaced(value: unknown, made: string): unknown {
  if (value === toBeMade) return made
  if (Array.isArray(value)) return value.map((item) => replaced(item, made))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaced(item, made)]))
}

const kinds = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789'] as const
const signs = kinds.join('')
const length = 24

/** Of letters and digits that nobody mistakes for others, some of each kind: no form and no file has to quote them. */
export function newPassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length * 4))
  // What does not fit the length of the alphabet would make some signs more likely.
  const fair = [...bytes].filter((byte) => byte < 256 - (256 % signs.length)).slice(0, length)
  const text = fair.map((byte) => signs[byte % signs.length]).join('')
  const isWhole =
    text.length === length && kinds.every((kind) => [...kind].some((sign) => text.includes(sign)))
  return isWhole ? text : newPassword()
}
