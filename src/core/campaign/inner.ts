/** Which tools a campaign may call. @module */
import { InputError } from '../../errors.ts'
import { wantsBackup } from '../decide/backup-first.ts'
import { isSecret } from '../declare/marks.ts'
import type { CampaignPolicy, WantedItem } from '../types/campaign.ts'
import type { AnyTool, ToolMap } from '../types/tool.ts'

/** Targets of one campaign. */
export const mostItems = 500

const refuse = (outer: AnyTool, why: string, next = 'Nothing was changed.') => {
  throw new InputError(`${outer.name}: ${why}`, next)
}

/**
 * Whether a campaign may make these calls at all.
 *
 * @param find throws for a tool that is not listed here.
 * @throws InputError
 */
export function checkItems(
  outer: AnyTool,
  items: readonly WantedItem[],
  find: (name: string) => AnyTool,
): void {
  if (items.length > mostItems) {
    refuse(
      outer,
      `${items.length} targets are more than the ${mostItems} of one campaign.`,
      'Part them, by server for example.',
    )
  }
  const made = items.filter(({ leftOut }) => leftOut === undefined)
  const tools = new Map([...new Set(made.map(({ tool }) => tool))].map((name) => [name, find(name)]))
  for (const tool of tools.values()) checkTool(outer, tool, made.length)
  for (const { tool, input } of made) {
    if (!wantsBackup({ tool: tools.get(tool) as AnyTool, input })) continue
    refuse(
      outer,
      'backup_first is for single calls: the backup of each target would be taken under another plan.',
      'Run a campaign of backup_app over the same targets first.',
    )
  }
}

function checkTool(outer: AnyTool, tool: AnyTool, size: number): void {
  const { name, risk, campaign, effects, input } = tool
  if (campaign) refuse(outer, `${name} is a campaign itself.`, 'Call it by itself.')
  if (risk === 'read')
    refuse(outer, `${name} changes nothing, so it needs no campaign.`, 'Call it by itself.')
  if (effects?.cost !== undefined && size > 1) {
    refuse(
      outer,
      `${name} can raise the bill, so it is not made for several targets at once.`,
      'Call it for each target by itself: a person sees what each costs.',
    )
  }
  const secret = Object.entries(input).find(([, schema]) => isSecret(schema))
  if (secret) {
    refuse(
      outer,
      `${name} takes a secret (${secret[0]}), which a campaign must not keep.`,
      'Call it for each target by itself.',
    )
  }
}

/** The tool of an item. @throws InputError, PolicyError when it is not listed any more. */
export const toolOf = (tools: ToolMap, find: (name: string) => AnyTool, name: string): AnyTool =>
  Object.hasOwn(tools, name) ? (tools[name] as AnyTool) : find(name)

/** The size of a wave. */
export const waveSize = ({ waves }: CampaignPolicy, index: number): number =>
  waves[Math.min(index, waves.length - 1)] ?? 1
