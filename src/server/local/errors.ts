/**
 * Errors of a call that waited for a sign-in on this computer: what happened, then whose turn it is.
 *
 * @module
 */
import { CredentialError, PolicyError } from '../../errors.ts'
import type { OAuthScope } from '../oauth/scopes.ts'

const orToken =
  'Or set CLOUDWAYS_ACCESS_TOKEN in the environment of this server: access tokens are made at https://platform.cloudways.com/api.'

/**
 * The page could not be opened for the person. The model may pass its address on: the page opens nothing without
 * credentials, and only the person has them.
 */
export const notShown = (url: string, seconds: number) =>
  new CredentialError(
    'There are no Cloudways credentials.',
    `A person has to act: open ${url} in a browser on this computer within ${seconds} seconds and sign in; then call again. ${orToken}`,
    { url },
  )

export const timedOut = (seconds: number) =>
  new CredentialError(
    `Nobody signed in to Cloudways within ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`,
    `Nothing was sent. A person has to act: call again, and sign in at the page that then opens. ${orToken}`,
  )

export const declined = () =>
  new CredentialError(
    'The person declined to sign in to Cloudways.',
    `Nothing was sent. Do not call again before the person wants to sign in. ${orToken}`,
  )

export const locked = () =>
  new CredentialError(
    'The sign-in to Cloudways ended after too many wrong credentials.',
    `Nothing was sent. A person has to act: check the credentials in the Cloudways platform; then call again, and sign in at the page that opens. ${orToken}`,
  )

/** The status is the status of Cloudways' answer. */
export const ended = () =>
  new CredentialError(
    'Cloudways does not accept the token of the sign-in any more.',
    `A person has to act: call again, and sign in at the page that then opens. ${orToken}`,
    { status: 401 },
  )

export const closing = () =>
  new CredentialError('The sign-in to Cloudways ended with this server.', 'Start it again.')

const words = {
  'cloudways:read': 'read',
  'cloudways:write': 'change anything',
  'cloudways:destructive': 'delete or overwrite anything',
} as const

export const notAllowed = (scope: OAuthScope) =>
  new PolicyError(
    'sign-in',
    `The person did not allow this server to ${words[scope]} when signing in.`,
    'Do not retry. Whoever wants to allow it restarts this server and chooses it at the next sign-in.',
  )
