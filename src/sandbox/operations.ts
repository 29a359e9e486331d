import type { Operation } from './contract.ts'
import type { FailedBy } from './faults.ts'
import { type Planter, uuid } from './plant.ts'
import type { AccountState, OperationState } from './state.ts'

/** The work that a call starts. */
export interface Work {
  /** The name of the work on the platform: `restarting_server`. Default: the id of the operation in the contract. */
  type?: string
  server_id?: string | null
  app_id?: string | null
  /** The result of the finished operation. It is called when the operation has finished. */
  parameters?: () => unknown
  /** Makes the change when the operation has finished. It is not called for a failed operation. */
  finish?: () => void
}

/** Tags whose operations are tasks. A task does not keep its server from running an operation. */
const taskGroups = new Set(['monitoring', 'security_suite'])

export const holdsServer = (operation: Operation) =>
  operation.async === true && !taskGroups.has(operation.tag)

/** The operations of all accounts. The caller tells the time. */
export function createOperations(planter: Planter, seconds: number) {
  const pending = new Map<OperationState, Work>()
  let counter = 58210043

  /** Integers, UUIDs or `flex-...`: as the contract's example and the kind of server have it. */
  function newId(example: unknown, flexible: boolean): string {
    if (typeof example === 'string' && example.includes('-')) return uuid(planter.random)
    counter += 1
    return flexible ? `flex-${counter}` : String(counter)
  }

  return {
    start(
      account: AccountState,
      operation: Operation,
      work: Work,
      how: { example: unknown; flexible: boolean; failure: string | null; failedBy: FailedBy; now: number },
    ): OperationState {
      const state: OperationState = {
        id: newId(how.example, how.flexible),
        type: work.type ?? operation.id,
        startedBy: operation.id,
        server_id: work.server_id ?? null,
        app_id: work.app_id ?? null,
        holdsServer: holdsServer(operation),
        isTask: taskGroups.has(operation.tag),
        state: 'running',
        startedAt: how.now,
        endsAt: how.now + seconds * 1000,
        failure: how.failure,
        failedBy: how.failedBy,
        parameters: null,
      }
      account.operations.push(state)
      pending.set(state, work)
      return state
    },

    /** End the operations whose time is over. All take equally long, so they end in the order of their start. */
    settle(now: number): void {
      for (const [state, work] of pending) {
        if (state.endsAt > now) break
        pending.delete(state)
        state.state = state.failure === null ? 'done' : 'failed'
        if (state.failure !== null) continue
        work.finish?.()
        if (work.parameters) state.parameters = JSON.stringify(work.parameters())
      }
    },

    /** The operation that holds the server, if there is one. */
    holding(serverId: string): OperationState | undefined {
      for (const state of pending.keys()) if (state.holdsServer && state.server_id === serverId) return state
      return undefined
    },
  }
}

export type Operations = ReturnType<typeof createOperations>

/** The row that `GET /operation/{id}` answers. */
export function operationRow(state: OperationState, now: number): Record<string, unknown> {
  const { id, type, server_id, app_id } = state
  const about = { id, type, ...(server_id && { server_id }), ...(app_id && { app_id }) }
  // Flexible servers answer numbers where the others answer digits in a string.
  const flag = (text: string) => (id.startsWith('flex-') ? Number(text) : text)
  if (state.state === 'running') {
    const minutes = String(Math.max(1, Math.ceil((state.endsAt - now) / 60_000)))
    const status = 'Process is initiated'
    return {
      ...about,
      estimated_time_remaining: minutes,
      frontend_step_number: '1',
      status,
      is_completed: flag('0'),
      message: status,
    }
  }
  const ended = { ...about, estimated_time_remaining: '0', is_completed: flag('1') }
  if (state.state === 'failed') return { ...ended, ...failure(state, flag), message: state.failure }
  const done = 'Operation completed'
  return {
    ...ended,
    // Some finished operations have no status text.
    ...(!id.startsWith('flex-') && { status: done }),
    message: done,
    ...(state.parameters !== null && { parameters: state.parameters }),
  }
}

function failure({ failedBy }: OperationState, flag: (text: string) => number | string) {
  if (failedBy === 'status') return { status: -1 }
  if (failedBy === 'is_failed') return { status: null, is_failed: true }
  const status = 'Operation failed'
  return failedBy === 'words' ? { status } : { status, is_completed: flag('-1') }
}
