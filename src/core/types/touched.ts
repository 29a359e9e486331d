/** What a call touches besides the one server and the one app that its arguments name. @module */
import type { TargetIds } from './plan.ts'

/** A server, or an app with its server where that is known. */
export type Place = Pick<TargetIds, 'server_id' | 'app_id'>

/** What a call touches besides the server and the app that its arguments `server_id` and `app_id` name. */
export interface Touched {
  /**
   * The app that the call changes in place of the named one, which it then only reads. Rules, backup, plan and journal
   * are about this one.
   */
  instead?: Required<Place>
  /** What it changes besides: protection looks at these too. */
  changes?: readonly Place[]
  /** What it only reads. */
  reads?: readonly Place[]
}

/** The same for a call on its way: its own ids are those of the app that it changes. */
export interface Further {
  readonly changes: readonly Place[]
  readonly reads: readonly Place[]
}
