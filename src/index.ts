/**
 * Typed tools that let AI agents run Cloudways hosting safely.
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
export type { AuditEvent, AuditRule, Change } from './core/audit.ts'
export type { Confirm, Confirmation, OpenPage, PendingPlan } from './core/confirm.ts'
export {
  type ApiRequest,
  type Before,
  defineTools,
  type Effects,
  type InputShape,
  type NamedApp,
  type NamedServer,
  type Parts,
  type Risk,
  type RunContext,
  type Schema,
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
export type { JsonSchema } from './core/schema.ts'
export { type FoundSecrets, type KeepSecrets, redactText, secret } from './core/secret.ts'
export type { Selection } from './core/select.ts'
export type { ToolAnnotations, ToolDescription, Toolkit } from './core/toolkit.ts'
export {
  CloudwaysError,
  type CloudwaysErrorCode,
  ConfirmationRequired,
  CredentialError,
  type ErrorContent,
  type ErrorDetails,
  type ErrorReport,
  errorContent,
  errorText,
  InputError,
  isCloudwaysError,
  type Outcome,
  PolicyError,
  type UpstreamDetails,
  UpstreamError,
  type UpstreamReason,
} from './errors.ts'
export type { CoreToolName, CoreTools, ToolsetName } from './tools/index.ts'
export { app, server } from './tools/params.ts'
export type { Cipher, RateLimit, RateLimiter, RateLimitSize, Storage } from './types.ts'
export { version } from './version.ts'
