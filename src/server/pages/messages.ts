/**
 * Texts for a sign-in that can't go on: what happened, then what to do.
 *
 * @module
 */

import type { FieldProblem } from './credential-fields.ts'
import type { ErrorPage } from './pages.ts'

type Field = FieldProblem['field']

export const wrong = (field: Field): FieldProblem => ({
  field,
  message:
    field === 'access_token'
      ? 'Cloudways does not accept this token. It may have expired or been deleted: make a new one.'
      : 'Cloudways does not accept this email and API key. Keys are being retired: use an access token instead.',
})

export const busy = (field: Field, wait: number): FieldProblem => ({
  field,
  message: `Several people behind your address are signing in just now. Try again in ${wait} seconds.`,
})

export const unanswered = (field: Field, wait = 60): FieldProblem => ({
  field,
  message: `Cloudways does not answer, so nothing could be checked. Try again in ${wait > 60 ? 'a few minutes' : 'a minute'}.`,
})

const back = 'Go back to the client and connect again.'

export const foreign: ErrorPage = {
  title: 'Not from this site',
  message: 'The form was sent by a page of another site. Nothing was done.',
  next: `Enter credentials on this server's own page only. ${back}`,
}

export const unreadable: ErrorPage = {
  title: 'This cannot go on',
  message: 'The form did not arrive as this server sent it. Nothing was done.',
  next: back,
}

export const otherBrowser: ErrorPage = {
  title: 'Another browser began',
  message: 'This sign-in was begun in another browser, or cookies are switched off here.',
  next: 'Allow cookies for this site, then start again.',
}

export const expired: ErrorPage = {
  title: 'Time is up',
  message: 'This sign-in was open for too long.',
  next: 'Start again; if the client has stopped waiting, connect from there.',
}

export const tooOften: ErrorPage = {
  title: 'Too many attempts',
  message: 'These were too many wrong credentials for one sign-in.',
  next: 'Check them in the Cloudways platform, then start again.',
}

/** @param wait seconds. */
export function lockedOut(wait: number): ErrorPage {
  const minutes = Math.max(1, Math.ceil(wait / 60))
  return {
    title: 'Locked for a while',
    message: 'Too many wrong credentials came from your address, so it cannot sign in for now.',
    next: `Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, then start again.`,
  }
}

/** The text does not say whose account the page is for: anyone who holds the link could find that out. */
export const otherAccount = (byToken: boolean): FieldProblem => ({
  field: byToken ? 'access_token' : 'api_key',
  message:
    'These credentials are right, but this page is not for their account. Use the same access token, or the same email and API key, that your assistant is connected with: another token of the same account counts as another one.',
})
