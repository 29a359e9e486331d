/**
 * Self-hosting: `cloudways-tools/server`.
 *
 * @module
 */
export { type AppOptions, createApp } from './app.ts'
export {
  type Approvals,
  type Auth,
  type AuthEvent,
  type AuthEventType,
  type AuthOptions,
  createAuth,
  createExchange,
  createHeaderGuard,
  type ExchangeOptions,
  type HeaderGuard,
  type HeaderGuardOptions,
  type Scope,
  type Session,
} from './auth/index.ts'
export { type Config, type Environment, readConfig } from './config.ts'
export { createLogger, type LogFields, type Logger, type LoggerOptions, type LogLevel } from './logging.ts'
export { createMetrics, type LimitName, type Metrics } from './metrics.ts'
export type { DefaultAccount } from './services.ts'
export { type RunningServer, type StartOptions, startServer } from './start.ts'
export { loadTracing, type Tracing } from './tracing.ts'
