import { type Auth, createAuth } from './auth.ts'
import { createFaults, type Faults } from './faults.ts'
import { createLimits, type Limits } from './limits.ts'
import { createOperations, type Operations } from './operations.ts'
import type { Settings } from './options.ts'
import { createPlanter, type Planter } from './plant.ts'
import { restorePoints, seedAccount } from './seed.ts'
import type { AccountState } from './state.ts'

/** The credentials of the two accounts. */
export interface Credentials {
  /** Access token with the role FULL. */
  accessToken: string
  /** Access token with the role LIMITED: the endpoint groups of `limitedGroups`. */
  limitedToken: string
  /** Access token with the role READ. */
  readToken: string
  /** For the legacy exchange. */
  email: string
  apiKey: string
  /** The second account. The first account must never see anything of it. */
  otherAccessToken: string
  otherEmail: string
  otherApiKey: string
}

/** One request as it arrived, without credentials. */
export interface RecordedRequest {
  /** Id in the contract; null when the contract has no such call. */
  operation: string | null
  method: string
  /** The path below the base: `/server/restart`. */
  path: string
  version: 'v1' | 'v2' | null
  query: Record<string, unknown>
  /** Fields of the form or the JSON body; text when it was neither; null without a body. */
  body: unknown
  /** E-mail of the account whose token it carried; null without a valid token. */
  account: string | null
  /** Status of the answer; 0 when the connection broke. */
  status: number
  /** Whether the request changed something: it was of kind write or destructive, and was carried out. */
  changed: boolean
  /** Unix time in milliseconds by the sandbox's clock. */
  at: number
}

/** A request that the contract does not allow. */
export interface Violation {
  method: string
  path: string
  operation: string | null
  /** The parameter, if the problem is about one. */
  field: string | null
  problem: string
}

/** The whole state of a sandbox. */
export interface World {
  settings: Settings
  planter: Planter
  auth: Auth
  limits: Limits
  operations: Operations
  faults: Faults
  accounts: Map<string, AccountState>
  credentials: Credentials
  requests: RecordedRequest[]
  violations: Violation[]
  /** Milliseconds that the clock was put forward. */
  offset: number
  /** Next id of a new row. */
  nextId: number
}

export const now = (world: World): number => Date.now() + world.offset

/**
 * A world in its first state: the same settings give the same estate, secrets and access tokens. A token of an exchange
 * is never given out a second time, as on the platform: who keeps one over a reset has to get another.
 */
export function createWorld(settings: Settings, resets = 0): World {
  const planter = createPlanter(20261122)
  const auth = createAuth(planter, resets)
  const [email, otherEmail] = ['owner@example.com', 'other@example.org']
  const points = restorePoints(Date.now(), settings.backupAge)
  const start = { server: 70011, app: 90021, offset: 0, prefix: '', points }
  const account = seedAccount(planter, email, settings, start)
  // One server with one application is enough for a test that nothing leaks.
  const other = seedAccount(
    planter,
    otherEmail,
    { servers: 1, appsPerServer: 1 },
    { server: 81011, app: 195_021, offset: 5000, prefix: 'other-', points },
  )
  const credentials = {
    accessToken: auth.issue(email, 'FULL'),
    limitedToken: auth.issue(email, 'LIMITED'),
    readToken: auth.issue(email, 'READ'),
    email,
    apiKey: auth.register(email),
    otherAccessToken: auth.issue(otherEmail, 'FULL'),
    otherEmail,
    otherApiKey: auth.register(otherEmail),
  }
  return {
    settings,
    planter,
    auth,
    limits: createLimits(settings.requestsPerMinute),
    operations: createOperations(planter, settings.operationSeconds),
    faults: createFaults(),
    accounts: new Map([
      [email, account],
      [otherEmail, other],
    ]),
    credentials,
    requests: [],
    violations: [],
    offset: 0,
    nextId: 300_001,
  }
}
