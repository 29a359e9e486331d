/** The calls that a campaign makes. @module */
import type { OfCampaign } from './campaign.ts'
import type { BoundPlan, TargetIds } from './plan.ts'
import type { AnyTool, RunContext } from './tool.ts'

/** What a call of a campaign has of the call around it. */
export interface InnerFrame {
  ofCampaign: OfCampaign
  signal: AbortSignal
  onProgress?: (elapsed: number, message: string) => void
}

/** A plan of a call, with its arguments as they were understood. */
export interface PlannedCall {
  bound: BoundPlan
  input: Record<string, unknown>
  ids: TargetIds
}

/** The path of a call, for one that has the yes of its campaign. */
export interface InnerCalls {
  plan(tool: AnyTool, input: unknown, frame: InnerFrame): Promise<PlannedCall>
  run(tool: AnyTool, input: unknown, frame: InnerFrame): Promise<Record<string, unknown>>
  /** The way of such a call for reads alone. */
  reads(tool: AnyTool, input: unknown, frame: InnerFrame): RunContext
}
