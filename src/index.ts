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
export type { AuditEvent } from './core/audit.ts'
export {
  type ApiRequest,
  defineTools,
  type Effects,
  type Risk,
  type RunContext,
  type Session,
  type Tool,
  type ToolDefinition,
  type ToolInput,
  type ToolMap,
  type ToolOutput,
} from './core/define.ts'
export { type Operation, operation } from './core/operation.ts'
export type { CallOptions } from './core/pipeline.ts'
export { redactText, secret } from './core/secret.ts'
export type { Selection } from './core/select.ts'
export type { ToolAnnotations, ToolDescription } from './core/toolkit.ts'
export * from './errors.ts'
export type { CoreToolName, CoreTools, ToolsetName } from './tools/index.ts'
export type { Cipher, RateLimit, RateLimiter, RateLimitSize, Storage } from './types.ts'
export { version } from './version.ts'
