/** Self-hosting: `cloudways-tools/server`. @module */

export { readStop, resumeChanges, type Stop, stopChanges } from '../core/control/stop.ts'
export type { WaitingApproval } from './approval/waiting.ts'
export { type ApprovalWebhookOptions, createApprovalWebhook } from './approval/webhook.ts'
export { createHeaderGuard, type HeaderGuard, type HeaderGuardOptions } from './attempts/header-guard.ts'
export { createExchange, type ExchangeOptions } from './attempts/verify.ts'
export { type Config, readConfig } from './config/config.ts'
export type { Environment } from './config/names.ts'
export { createKeepAlive } from './http/keep-alive.ts'
export type { AttemptLimits, ServerOptions, SignInOptions } from './http/options.ts'
export { createServer, type Server } from './http/server.ts'
export type { DefaultAccount } from './http/services.ts'
export { type RunningServer, type StartOptions, startServer } from './http/start.ts'
export { type Approvals, type Auth, createAuth } from './oauth/auth.ts'
export type { Session } from './oauth/bearer.ts'
export type { AuthEvent, AuthEventType } from './oauth/events.ts'
export type { AuthOptions } from './oauth/options.ts'
export type { OAuthScope } from './oauth/scopes.ts'
export { createOutsideLook } from './outside-look.ts'
export {
  createLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from './watch/logging.ts'
export { createMetrics, type LimitName, type Metrics } from './watch/metrics.ts'
export { loadTracing, type Tracing } from './watch/tracing.ts'
