/** The frame of a page for whoever signed in: its address, its methods, and what it shows when it can't go on. @module */
import { type Context, Hono } from 'hono'
import type { Settings } from '../oauth/options.ts'
import { limitPages, ownHost, showError, storageDown } from '../pages/http.ts'

/** Requests a minute from one address. */
const ceiling = 120

type Answer = Response | Promise<Response>

interface OwnPage {
  path: `/${string}`
  /** What the address is for, in a sentence: for a request of another method. */
  about: string
  get(c: Context): Answer
  post(c: Context): Answer
  /** What comes of a storage that does not answer, after "so". */
  withoutStorage: string
  /** The page for another error. `undefined`: it is not one of this page. */
  failed?(c: Context, error: Error): Answer | undefined
}

export function ownPage(settings: Settings, page: OwnPage): Hono {
  const { path, about, get, post, withoutStorage, failed } = page
  const routes = new Hono()
  routes.use(path, ownHost(settings))
  if (settings.secure) routes.use(path, limitPages(settings, ceiling, 'reload this page.'))
  routes.get(path, get)
  routes.post(path, post)
  routes.all(path, (c) =>
    showError(c, 405, {
      title: 'Nothing to see here',
      message: about,
      next: 'Open it in your browser.',
      // From where the page is.
      again: path.slice(1),
    }),
  )
  routes.onError((error, c) => {
    const shown = storageDown(c, error, withoutStorage) ?? failed?.(c, error)
    if (shown) return shown
    throw error
  })
  return routes
}
