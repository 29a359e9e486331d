/**
 * The client of the Cloudways API: credentials, limits, retries of reads, and never a write sent twice.
 *
 * @module
 */
import { sleep, unlessAborted, within } from '../base/signal.ts'
import { isChange, isRead } from '../core/send/request.ts'
import type { Account, AccountStatus, ApiRequest, SendOptions } from '../core/types/api.ts'
import { CredentialError, isCloudwaysError } from '../errors.ts'
import type { Cipher, Storage } from '../types.ts'
import { isForeign, readAnswer } from './answer.ts'
import {
  accountOf,
  type Credentials,
  checkCredentials,
  createTokenSource,
  type StaticCredentials,
  type TokenSource,
} from './credentials.ts'
import { exchangeWith } from './exchange.ts'
import { type RawAnswer, retryAfter, tooLate } from './failures.ts'
import { tokenHelp } from './help.ts'
import { createHttpClient } from './http.ts'
import { createLimits, type LimitsOptions } from './limits.ts'
import { mayPass, NoAnswer, withoutAnswer } from './no-answer.ts'
import type { Roles } from './roles.ts'
import { createShare } from './shared.ts'
import { readShared, writeShared } from './shared-roles.ts'

interface ClientOptions {
  credentials?: Credentials
  baseUrl: string
  fetch?: typeof fetch
  /** Seconds for one request. */
  timeout: number
  maxBodyMegabytes: number
  storage: Storage
  /** Makes the cipher for a token in storage, from the API key that the token was exchanged for. */
  cipherFor?: (secret: string) => Cipher
  limits: LimitsOptions
  /** Seconds a call waits for its turn at the limit. */
  rateLimitWait: number
  roles: Roles
}

/** How many secrets are remembered for scrubbing: those of the calls under way, and some more. */
const mostSecrets = 50

/** A change is sent only if its answer still has this much time. */
const leastSeconds = 5

/** Tries of a read, the first one included. */
const tries = 4
/** Statuses after which a read is tried again. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504])

/** Who is calling, and by which credentials. */
interface Caller {
  id: string
  source: TokenSource
  credentials: StaticCredentials
}

export function createClient(options: ClientOptions): Account {
  const http = createHttpClient(options)
  const limits = createLimits(options.limits)
  const share = createShare()
  const secrets = new Set<string>()
  /** Remember the latest secrets only, because a provider may bring another token with every call. */
  function keep(secret: string): void {
    secrets.delete(secret)
    secrets.add(secret)
    if (secrets.size > mostSecrets) secrets.delete(secrets.values().next().value as string)
  }
  let known: Caller | undefined

  /** The account of this call. A provider may bring other credentials than a minute ago. */
  async function account(): Promise<Caller> {
    const { credentials: given } = options
    if (!given) throw new CredentialError('There are no Cloudways credentials.', tokenHelp)
    if (typeof given !== 'function' && known) return known
    const credentials = checkCredentials(typeof given === 'function' ? await provided(given) : given)
    const id = await accountOf(credentials)
    if (known?.id === id && secretOf(known.credentials) === secretOf(credentials)) return known
    keep(secretOf(credentials))
    const source = createTokenSource({
      storage: options.storage,
      cipher: 'apiKey' in credentials ? options.cipherFor?.(credentials.apiKey) : undefined,
      credentials,
      account: id,
      exchange: exchangeWith(http, limits, id),
    })
    known = { id, source, credentials }
    return known
  }

  async function send(request: ApiRequest, options: SendOptions): Promise<unknown> {
    const caller = await inTime(account(), request, options)
    if (!isRead(request)) return attempt(caller, request, options)
    const { method, path, query, body, json } = request
    const key = `${caller.id} ${method} ${path} ${JSON.stringify([query, body, json])}`
    return share(key, options, (own) => attempt(caller, request, { ...options, ...own }))
  }

  async function attempt(caller: Caller, request: ApiRequest, sending: SendOptions): Promise<unknown> {
    const { deadline } = sending
    let renewed = false
    for (let count = 1; ; count++) {
      await turn(caller.id, request, sending)
      const token = await inTime(caller.source.token(), request, sending)
      keep(token)
      await sending.onReady?.()
      const left = deadline - Date.now()
      if (left < Math.min(leastSeconds, options.timeout) * 1000 && !isRead(request)) throw tooLate(request)
      const answer = await http(request, token, sending).catch((error: unknown) => {
        if (error instanceof NoAnswer) return error
        throw error
      })
      if (!(answer instanceof NoAnswer)) await limits.learn(caller.id, request, answer)
      // A request with a refused token did nothing, so even a change may be sent again, once, with another token.
      if (
        !(answer instanceof NoAnswer) &&
        answer.status === 401 &&
        !isForeign(answer.text) &&
        !renewed &&
        (await inTime(caller.source.renew(token), request, sending))
      ) {
        renewed = true
        continue
      }
      const pause = pauseBefore(request, answer, count)
      if (pause === undefined || !(await waits(pause, sending))) {
        return learning(request, () => settle(request, answer))
      }
    }
  }

  /** Wait before another try; `false` at once when the pause is longer than the call may wait. */
  async function waits({ seconds, isTold }: Pause, sending: SendOptions): Promise<boolean> {
    const { signal, deadline, waited = { seconds: 0 }, onWait } = sending
    if (Date.now() + seconds * 1000 > deadline) return false
    // A pause that the platform asks for is a wait for a turn, and has the same bound as every other one.
    if (isTold && seconds > Math.max(0, options.rateLimitWait - waited.seconds)) return false
    if (isTold && seconds > 0) onWait?.(seconds)
    await sleep(seconds, signal)
    if (isTold) waited.seconds += seconds
    return true
  }

  /** Wait for the turn of a request. */
  async function turn(id: string, request: ApiRequest, sending: SendOptions): Promise<void> {
    const { signal, deadline, waited = { seconds: 0 }, onWait } = sending
    const needed = isRead(request) ? 0 : Math.min(leastSeconds, options.timeout)
    const left = (deadline - Date.now()) / 1000 - needed
    const most = Math.min(left, options.rateLimitWait - waited.seconds)
    const begun = performance.now()
    const turn = limits.take(id, request, { maxWait: Math.max(0, most), signal, onWait })
    // A limiter of one's own may wait by itself.
    await inTime(turn, request, sending)
    waited.seconds += (performance.now() - begun) / 1000
  }

  /** Only an access token has a role. An exchanged token can do whatever its account can. */
  function withToken<T>(work: (token: string) => T): T | undefined {
    const { credentials: given } = options
    const credentials = typeof given === 'function' ? known?.credentials : given
    return credentials && 'accessToken' in credentials ? work(credentials.accessToken) : undefined
  }

  /** Learn of the role, and tell other replicas what is new. A storage that fails costs no call its answer. */
  function noted(learn: (token: string) => boolean): void {
    withToken((token) => {
      const learned = learn(token) && options.roles.told(token)
      if (learned) void writeShared(options.storage, token, learned).catch(() => {})
    })
  }

  function learning(request: ApiRequest, read: () => unknown): unknown {
    try {
      const body = read()
      noted((token) => options.roles.learn(token, request, true))
      return body
    } catch (error) {
      if (isCloudwaysError(error) && error.details.reason === 'insufficient_scope') {
        noted((token) => options.roles.learn(token, request, false))
      }
      throw error
    }
  }

  return {
    send,
    role: {
      isRead: () => withToken((token) => options.roles.isRead(token)) ?? false,
      refuse: (tool) => noted((token) => options.roles.refuse(token, tool)),
      refuses: (tool) => withToken((token) => options.roles.refuses(token, tool)) ?? false,
      isLimited: () => withToken((token) => options.roles.isLimited(token)) ?? false,
      onChange: options.roles.onChange,
      async refresh() {
        const caller = options.credentials && (await account().catch(() => undefined))
        if (!caller || !('accessToken' in caller.credentials)) return
        const { accessToken } = caller.credentials
        // Whoever watches the list is told here when what was known has become too old.
        options.roles.isRead(accessToken)
        const learned = await readShared(options.storage, accessToken).catch(() => null)
        if (learned) options.roles.adopt(accessToken, learned)
      },
    },
    id: async () => (options.credentials ? (await account()).id : 'none'),
    secrets: () => [...secrets],
    async session(): Promise<AccountStatus> {
      const nobody = { account: 'none', credential: 'none' as const, bucket: null, platform: null, paths: [] }
      if (!options.credentials) return { ...nobody, apiUrl: options.baseUrl }
      const { id, credentials } = await account()
      const limited = {
        bucket: await limits.bucket(id),
        platform: limits.paths(id)[0] ?? null,
        paths: limits.paths(id),
        apiUrl: options.baseUrl,
      }
      return 'accessToken' in credentials
        ? { ...limited, account: id, credential: 'access_token' }
        : { ...limited, account: id, credential: 'api_key', email: credentials.email }
    },
  }
}

const secretOf = (credentials: StaticCredentials) =>
  'accessToken' in credentials ? credentials.accessToken : credentials.apiKey

/** Ask the function of the user. Its error message is not repeated, because it may hold a credential. */
async function provided(bring: Extract<Credentials, () => unknown>): Promise<StaticCredentials> {
  try {
    return await bring()
  } catch (error) {
    if (isCloudwaysError(error)) throw error
    throw new CredentialError(
      'The function that brings the Cloudways credentials failed.',
      'Nothing was sent. The operator has to fix it.',
    )
  }
}

/** The result of `work`, unless the time of the call ends first: others may wait for the same work. */
const inTime = <T>(work: Promise<T>, request: ApiRequest, { signal, deadline }: SendOptions): Promise<T> =>
  within(Math.max(0, deadline - Date.now()), unlessAborted(work, signal), () => tooLate(request))

/** A pause before another try. */
interface Pause {
  seconds: number
  /** Whether the platform asked for it: a limit is used up, or `Retry-After` says so. */
  isTold: boolean
}

/** The pause before the next try, or `undefined` when there must not be one. */
function pauseBefore(request: ApiRequest, answer: RawAnswer | NoAnswer, count: number): Pause | undefined {
  if (isChange(request) || count >= tries) return undefined
  const backoff = { seconds: 0.25 * 2 ** (count - 1) * (0.75 + Math.random() / 2), isTold: false }
  if (answer instanceof NoAnswer) return mayPass(answer) && !request.startsJob ? backoff : undefined
  const isLimit = answer.status === 429
  // The server may have started the work, and must not start it again. A 429 started nothing.
  if (!isLimit && (!passing.has(answer.status) || request.startsJob)) return undefined
  const told = retryAfter(answer.headers)
  return { seconds: told ?? backoff.seconds, isTold: isLimit || told !== undefined }
}

function settle(request: ApiRequest, answer: RawAnswer | NoAnswer): unknown {
  if (answer instanceof NoAnswer) throw withoutAnswer(request, answer)
  return readAnswer(request, answer)
}
