/** The errors of methods other than `tools/call`, which the protocol wants as errors of JSON-RPC. @module */
import { type CloudwaysError, errorContent, isCloudwaysError } from '../../errors.ts'

/** What JSON-RPC calls wrong parameters. */
export const invalidParams = -32602
const internalError = -32603
/** Of the protocol of 2025. Version 2 of the SDK makes {@link invalidParams} of it, as 2026-07-28 wants. */
export const resourceNotFound = -32002

/** An error that both versions of the SDK send as it is. */
export const protocolError = (code: number, message: string, data?: object): Error =>
  Object.assign(new Error(message), { code, ...(data && { data }) })

/** The address is not repeated in the message, because it comes from outside. */
export const notFound = (uri: unknown): Error =>
  protocolError(resourceNotFound, 'There is no such resource. resources/list lists them.', { uri })

/**
 * What a failed read is to the protocol. What the scope does not let see, and what no name fits, is not there; whether it
 * exists elsewhere is not told.
 */
export function readFailure(error: unknown, uri: string): unknown {
  if (!isCloudwaysError(error)) return error
  return isMissing(error) ? notFound(uri) : inWords(error)
}

/** One of the five errors in our own words. */
export const inWords = (error: CloudwaysError): Error =>
  protocolError(internalError, errorContent(error).text)

const isMissing = ({ code, details, rule }: CloudwaysError & { rule?: string }) =>
  code === 'invalid_input' || details.reason === 'not_found' || rule === 'scope'
