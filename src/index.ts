/** Typed tools that let AI agents run Cloudways hosting safely. @module */
export {
  type CallFunction,
  cloudwaysFunctions,
  type ToolFunctions,
  type ToolOutcome,
  type ToolSpec,
  type ToolSpecOptions,
  toolSpecs,
} from './adapters/functions.ts'
export type { AccessTokenCredentials, ApiKeyCredentials, Credentials } from './api/credentials.ts'
export { version } from './base/version.ts'
export { type Cloudways, createCloudways } from './cloudways.ts'
export type { CloudwaysOptions, ToolSelection } from './cloudways-options.ts'
export type { ToolkitAdapter } from './core/adapter.ts'
export { redactText } from './core/answer/secret-net.ts'
export { defineTools } from './core/declare/define.ts'
export { addressText, queryText, secret, settingsText } from './core/declare/marks.ts'
export type { JsonSchema } from './core/declare/node.ts'
export { type Operation, operation } from './core/declare/operation.ts'
export type { Toolkit } from './core/toolkit.ts'
export type { AccountStatus, ApiRequest, FormValue, JsonValue } from './core/types/api.ts'
export type { AuditEvent, AuditRule, PendingChange } from './core/types/audit.ts'
export type { CallOptions, Policy } from './core/types/call.ts'
export type {
  CampaignPolicy,
  CampaignReads,
  CampaignReport,
  CampaignWish,
  Work,
} from './core/types/campaign.ts'
export type { ToolAnnotations, ToolDescription } from './core/types/description.ts'
export type { OutsideLook, OutsideView, SeenAnswer, SeenCertificate } from './core/types/outside.ts'
export type {
  Confirm,
  Confirmation,
  FoundSecrets,
  KeepSecrets,
  NamedApp,
  NamedServer,
  OpenPage,
  PendingPlan,
  Plan,
  PlanNeeds,
  PlannedTarget,
  Risk,
  SuggestedCall,
} from './core/types/plan.ts'
export type { Preset, Selection } from './core/types/selection.ts'
export type {
  Before,
  Effects,
  InputShape,
  Parts,
  RunContext,
  Schema,
  Tool,
  ToolDefinition,
  ToolMap,
} from './core/types/tool.ts'
export type { PickedOutput, ToolInput, ToolOutput } from './core/types/typed.ts'
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
