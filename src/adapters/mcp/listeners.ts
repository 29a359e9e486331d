/**
 * Clients over HTTP that listen for changes of the lists (`subscriptions/listen` of 2026-07-28). No SDK here.
 *
 * A list changes with what is learned of the role of a token, here or on another replica. Other replicas tell through
 * the storage, which is read for everybody together while somebody listens.
 *
 * @module
 */
import type { ToolkitAdapter } from '../../core/adapter.ts'

/** Who wants to listen. */
export interface Listener {
  adapter: Pick<ToolkitAdapter, 'refreshList' | 'onListChanged' | 'owner'>
  /** Whether the sign-in of the caller is over. A failure to find out counts as no. */
  isOver?: () => Promise<boolean>
}

/** A place for one stream. */
export interface Seat {
  /**
   * Call `told` at each change until the returned function is called, which gives the place back.
   *
   * @param end ends the stream.
   */
  listen(told: () => void, end: () => Promise<void>): () => void
  /** Give the place back when no stream has opened. */
  leaveUnused(): void
}

/** All streams of a server. */
export interface Listeners {
  /** `false` once the server stops: then nobody can be promised anything. */
  readonly isOpen: boolean
  /** @returns `undefined` when this caller, or all together, have as many streams as there may be. */
  seat(listener: Listener): Promise<Seat | undefined>
  /** End all streams. */
  close(): void
}

interface Open extends Listener {
  owner: string
  /** Known once the stream is open. */
  end?: () => Promise<void>
}

/** Several programs of one person may use one account. */
const mostPerCaller = 10
const most = 1000
/** How soon a change on another replica, and the end of a sign-in, is noticed. */
const lookMilliseconds = 5000

export function createListeners(): Listeners {
  const open = new Set<Open>()
  let timer: NodeJS.Timeout | undefined
  let isLooking = false
  let isOpen = true

  async function look(): Promise<void> {
    if (isLooking) return
    isLooking = true
    try {
      await Promise.all([...open].map(endIfOver))
      // Each for itself: one account can have tokens with different roles.
      await Promise.all([...open].map(({ adapter }) => adapter.refreshList()))
    } finally {
      isLooking = false
    }
  }

  function leave(one: Open): void {
    open.delete(one)
    if (open.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }

  return {
    get isOpen() {
      return isOpen
    },
    async seat(listener) {
      // Who can't be told from others has no place of their own.
      const owner = await listener.adapter.owner().catch(() => undefined)
      if (owner === undefined) return undefined
      const theirs = [...open].filter((one) => one.owner === owner).length
      if (!isOpen || theirs >= mostPerCaller || open.size >= most) return undefined
      const one: Open = { ...listener, owner }
      open.add(one)
      timer ??= setInterval(() => void look(), lookMilliseconds)
      timer.unref?.()
      return {
        listen(told, end) {
          one.end = end
          const stop = listener.adapter.onListChanged(told)
          // The server was told to stop while this stream was opening.
          if (!isOpen) queueMicrotask(() => void end())
          return () => {
            stop()
            leave(one)
          }
        },
        leaveUnused() {
          if (!one.end) leave(one)
        },
      }
    },
    close() {
      isOpen = false
      for (const one of [...open]) void one.end?.()
    },
  }
}

async function endIfOver({ isOver, end }: Open): Promise<void> {
  if (await isOver?.().catch(() => false)) await end?.()
}
