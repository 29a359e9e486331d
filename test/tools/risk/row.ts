import type { Risk } from '../../../src/core/types/plan.ts'
import type { Input } from '../samples/index.ts'

/** What the platform answers, where it is not the usual. */
export interface State {
  app?: object
  https?: unknown
  services?: object
  varnish?: unknown
  sftp?: unknown
  mysql?: unknown
  key?: unknown
  /** Further answers, by method and path: `GET /dme/domains`. */
  reads?: Readonly<Record<string, unknown>>
}
export type Row = [tool: string, input: Input, state: State, risk: Risk]
