/**
 * The way to the platform for one call. Each request passes these bounds, whatever the tool does: the plan that a
 * person approved, the target that the call named, the scope, the deadline.
 *
 * @module
 */
import { notify } from '../../base/signal.ts'
import { isCloudwaysError, UpstreamError } from '../../errors.ts'
import { callable } from '../answer/hints.ts'
import { campaignReads } from '../campaign/read.ts'
import { closingsWithin } from '../closing/read.ts'
import { passControl } from '../control/control.ts'
import { isScoped } from '../decide/scope.ts'
import { readChanges } from '../journal/read.ts'
import { operationRequest, serverList } from '../platform.ts'
import type { ApiRequest } from '../types/api.ts'
import type { Api, Call, Inventory } from '../types/call.ts'
import type { AnyTool, Parts, Send } from '../types/tool.ts'
import { checkLock, checkOwnTarget, checkPlan } from './bounds.ts'
import { freshSeconds, secondsLeft } from './clock.ts'
import { eachOf } from './each.ts'
import { inOurWords } from './fields.ts'
import { inScope, ownOperations, readInventory } from './in-scope.ts'
import { serversOf } from './inventory.ts'
import { withMade } from './made-secret.ts'
import { whereIdsAre } from './not-found.ts'
import { readOperation } from './operation.ts'
import { progressOf } from './progress.ts'
import { isChange, isRead } from './request.ts'
import { runJob, sharedLook, watchOperation } from './wait.ts'
import { whenFree } from './when-free.ts'

/** Open the way. The bounds look at the call when they send: what the call names is known only later. */
export function openApi(call: Omit<Call, 'api'>): Api {
  const { kit, account, tool, signal } = call
  const { policy, outsideLook } = kit.rules
  const { send: direct, hasChanged } = directly(call)
  const bounded = (send: Send) => inScope(send, { tool, scope: policy, inventory, isOwn: operations.isOwn })
  let read: Promise<Inventory> | undefined
  const inventory = () => {
    read ??= readInventory(direct, policy)
    return read
  }
  const operations = ownOperations(call)
  const scoped = bounded(direct)
  const frame = { call, claim: operations.claim, what: `The result that ${tool.name} waited for` }
  const api: Api = {
    signal,
    async send(request) {
      await checkOwnTarget(call, request, inventory, () => readInventory(scoped, policy))
      // After the target: a request that is refused there must not use the plan up.
      if (!isRead(request)) checkPlan(call, request)
      if (isChange(request)) checkLock(call)
      return scoped(request)
    },
    session: () => account.session(),
    outside: outsideLook && ((domain) => outsideLook(domain, signal)),
    changes: (query) => readChanges(call, api, query),
    campaigns: campaignReads(call, () => inventory()),
    closings: () => closingsWithin(call, inventory),
    parts: (parts) => settleParts(parts, signal),
    plan: (name, input) => kit.plan(name, input, signal),
    tools: () => kit.reached(),
    proposable: (suggested) => callable({ kit, api, signal }, suggested),
    inventory,
    async rows() {
      const isRead = tool.risk === 'read' && !isScoped(policy)
      if (!isRead) return (await inventory()).rows
      return kit.rules.recent.rows(await account.id(), async () => serversOf(await direct(serverList)))
    },
    job: (request) => runJob(request, { ...frame, send: api.send, look: api.look }),
    look: (operation, age) => sharedLook(call, api.send)(operation, age),
    async wait(operation_id, seconds) {
      // The first look is the call's own, because it tells whether the scope reaches the operation.
      const first = readOperation(operation_id, await api.send(operationRequest(operation_id)))
      return watchOperation(first, {
        look: api.look,
        signal,
        waitSeconds: Math.min(seconds, Math.max(0, secondsLeft(call.clock) - 1)),
        pollSeconds: kit.rules.pollSeconds,
        progress: progressOf(call),
      })
    },
    each: (items, work) =>
      eachOf(
        items,
        (item) => {
          // One that waits for its turn must not use up the patience of the others.
          const own = bounded(directly({ ...call, clock: { ...call.clock, waited: { seconds: 0 } } }).send)
          const send: Send = (request) => (isChange(request) ? notInEach(tool) : own(request))
          const job = (request: ApiRequest) =>
            runJob(request, { ...frame, send, look: sharedLook(call, send) })
          return work(item, { ...api, send, job })
        },
        { signal, clock: call.clock, onProgress: call.options.onProgress, started: call.started },
      ),
    hasChanged,
    claim: operations.claim,
  }
  return api
}

const notInEach = ({ name }: AnyTool): never => {
  throw new Error(`${name}: what is done for each of many things must send reads only.`)
}

/** The same way for reads only. A change goes to `onChange`, which throws, instead of to the platform. */
export function readsOnly(api: Api, onChange: Send): Api {
  return { ...api, send: async (request) => (isRead(request) ? api.send(request) : onChange(request)) }
}

/** To the platform without any bound but time. Counts the changes that were sent and not refused. */
function directly(call: Omit<Call, 'api'>): { send: Send; hasChanged: () => boolean } {
  const { kit, account, signal, clock, options, tool } = call
  const tell = options.onProgress
  const onWait = tell && ((seconds: number) => notify(() => tell(0, waitingText(seconds)), undefined))
  // What a change is decided by is read for this call alone.
  const fresh = tool.risk !== 'read'
  const sending = () => ({ signal, deadline: clock.deadline, waited: clock.waited, onWait })
  let changes = 0
  const named = (sent: Promise<unknown>, request: ApiRequest) =>
    sent.catch((error: unknown) => {
      if (error instanceof UpstreamError) {
        inOurWords(error, call, request)
        whereIdsAre(error, request, kit.tools)
        withCost(error, tool)
      }
      throw error
    })
  const read: Send = (request) => named(account.send(request, { ...sending(), fresh }), request)
  const change: Send = async (planned) => {
    const request = await withMade(call, planned)
    let isSent = false
    // Only before the first change: afterwards the call itself has changed what is there. A request whose token was
    // refused has changed nothing, and may wait for another turn.
    const onReady = async () => {
      const { look, entry } = call
      const isFirst = changes === Number(isSent)
      if (look && isFirst && Date.now() - look.at > freshSeconds * 1000) await look.again()
      await passControl(call, isFirst)
      // After the last look: a change that it refuses was not begun.
      if (isFirst) await call.ofCampaign?.claim()
      // Before the journal: where nothing can be noted that closes it, nothing is opened.
      if (isFirst) await call.closing?.begin()
      if (isFirst) await entry?.begin()
    }
    const onSent = () => {
      if (!isSent) changes += 1
      isSent = true
    }
    try {
      return await named(account.send(request, { ...sending(), onReady, onSent }), request)
    } catch (error) {
      if (isSent && isRefusal(error)) changes -= 1
      else if (isSent && call.handedOver && isCloudwaysError(error))
        error.next = `${error.next} The password, if it was set: ${call.handedOver.where}`
      throw error
    } finally {
      kit.rules.recent.drop()
    }
  }
  const once: Send = (request) => (isChange(request) ? change(request) : read(request))
  return {
    send: (request) => (!isRead(request) ? whenFree(call, () => once(request), read) : once(request)),
    hasChanged: () => changes > 0,
  }
}

const waitingText = (seconds: number) =>
  `Waiting for its turn at the limit of requests, about ${Math.max(1, Math.ceil(seconds))} s.`

/** Whoever waits plans by what the call will take from the limit. */
function withCost(
  error: UpstreamError,
  { name, risk, edit, otherForm, requests = edit ? 3 : otherForm ? 2 : 1 }: AnyTool,
): void {
  if (error.details.reason !== 'rate_limited') return
  const reads = risk === 'read' ? '' : ', and reads what it would change'
  error.next = `${error.next} ${name} makes ${requests === 1 ? 'one request' : `up to ${requests} requests`}${reads}.`
  error.details = { ...error.details, requests }
}

/** A refused change was not made. After any other failure, a cancelled call included, nobody knows. */
const isRefusal = (error: unknown) => isCloudwaysError(error) && error.details.outcome !== 'unknown'

async function settleParts<T extends Record<string, () => Promise<unknown>>>(
  parts: T,
  signal: AbortSignal,
): Promise<Parts<T>> {
  const names = Object.keys(parts)
  const results = await Promise.allSettled(names.map((name) => parts[name]?.()))
  signal.throwIfAborted()
  if (results.length > 0 && results.every((result) => result.status === 'rejected')) throw results[0]?.reason
  const values: Record<string, unknown> = {}
  const status: Record<string, string> = {}
  results.forEach((result, index) => {
    const name = names[index] as string
    if (result.status === 'fulfilled') values[name] = result.value
    status[name] = result.status === 'fulfilled' ? 'ok' : `failed: ${(result.reason as Error).message}`
  })
  return { values, status } as Parts<T>
}
