/**
 * Tools with which an AI agent runs a Cloudways hosting account.
 *
 * @module
 */
export {
  type CallFunction,
  cloudwaysFunctions,
  type ToolFunctions,
  type ToolOutcome,
  type ToolSpec,
  toolSpecs,
} from './adapters/functions.ts'
export type { AccessTokenCredentials, ApiKeyCredentials, Credentials } from './api/credentials.ts'
export { type Cloudways, type CloudwaysOptions, createCloudways } from './cloudways.ts'
export type { AuditEvent, AuditRule } from './core/audit.ts'
export type { Confirm, Confirmation, OpenPage, PendingPlan } from './core/confirm.ts'
export {
  type ApiRequest,
  type Before,
  defineTools,
  type Effects,
  type NamedApp,
  type NamedServer,
  type Risk,
  type RunContext,
  type Session,
  type SuggestedCall,
  type Tool,
  type ToolDefinition,
  type ToolInput,
  type ToolMap,
  type ToolOutput,
} from './core/define.ts'
export { type Operation, operation } from './core/operation.ts'
export type { CallOptions } from './core/pipeline.ts'
export type { Plan, PlanNeeds } from './core/plan.ts'
export type { Policy } from './core/policy.ts'
export { type FoundSecrets, type KeepSecrets, redactText, secret } from './core/secret.ts'
export type { Selection } from './core/select.ts'
export type { ToolAnnotations, ToolDescription } from './core/toolkit.ts'
export * from './errors.ts'
export type { CoreToolName, CoreTools, ToolsetName } from './tools/index.ts'
export { app, server } from './tools/params.ts'
export type { Cipher, RateLimit, RateLimiter, RateLimitSize, Storage } from './types.ts'
export { version } from './version.ts'
