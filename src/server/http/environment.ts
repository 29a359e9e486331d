/**
 * What the application hands from one handler to the next.
 *
 * @module
 */

export interface AppEnvironment {
  Variables: { requestId: string }
}
