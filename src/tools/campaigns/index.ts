/** Changes of many targets, with one plan and one yes. @module */
import * as z from 'zod'
import { defineTools } from '../../core/declare/define.ts'
import { json } from '../../core/declare/marks.ts'
import { InputError } from '../../errors.ts'
import { row } from '../outputs.ts'
import { includeProtected, targetNames } from './ready.ts'
import { report, summary, usualWaves } from './report.ts'
import { itemsFor, where } from './targets.ts'

const campaignId = () =>
  z
    .string()
    .max(60)
    .regex(/^[0-9a-f-]{36}$/, { error: 'must be the campaign_id that run_campaign answered' })

export const campaigns = defineTools(
  'campaigns',
  {
    run_campaign: {
      title: 'Run a campaign',
      description:
        'Makes one change to many apps or servers: a plan of all, one yes, then in waves, each target once. Not finished: call again with campaign_id.',
      risk: 'destructive',
      reach: 'listed',
      settle: null,
      input: {
        campaign_id: campaignId().optional().describe('Alone: goes on with that one'),
        tool: z.string().min(1).max(100).optional().describe('The change to make'),
        arguments: json().optional().describe('Its arguments, without the target'),
        targets: targetNames().max(500).optional().describe('Names or ids'),
        where: where(),
        waves: z.array(z.int().min(1)).min(1).max(20).optional().describe('Sizes. Default 1, 5, 10'),
        pause_seconds: z.int().min(0).max(3600).default(0).describe('Between waves'),
        check: z.enum(['none', 'site']).default('none').describe('site: look at it after each wave'),
        stop_after: z.int().min(1).default(1).describe('Failures'),
        include_protected: includeProtected(),
      },
      output: report,
      effects: {
        impact:
          'Several servers or apps are changed one after the other, in waves. The plan lists each of them with what happens there.',
        undo: 'undo_campaign takes back what can be taken back, with a plan and a yes of its own.',
      },
      campaign: async (input, context) => {
        const { campaign_id, tool, targets, check, stop_after, pause_seconds } = input
        const { waves = usualWaves, include_protected = [] } = input
        if (campaign_id !== undefined) {
          if (tool === undefined && !targets && !input.where && !input.arguments) return { goOn: campaign_id }
          throw new InputError(
            'run_campaign: campaign_id stands alone: the plan of a campaign can not be changed.',
            'Nothing was changed. Leave the rest out to go on, or campaign_id out to begin another one.',
          )
        }
        if (tool === undefined) throw noTool()
        const items = await itemsFor(
          { tool, targets, where: input.where, arguments: input.arguments },
          context,
        )
        const known = context.tools().find(({ name }) => name === tool)
        return {
          title: known?.title ?? tool,
          items,
          policy: { waves, pauseSeconds: pause_seconds, check, stopAfter: stop_after },
          includeProtected: include_protected,
        }
      },
    },
    undo_campaign: {
      title: 'Undo a campaign',
      description:
        'Takes back what a campaign changed, newest first, with a plan and a yes of its own. The same call goes on with it.',
      risk: 'destructive',
      reach: 'listed',
      settle: null,
      input: { campaign_id: campaignId() },
      output: report,
      effects: {
        impact:
          'What a campaign changed is taken back, target after target. The plan lists each with what happens there.',
        undo: 'run_campaign makes the changes again.',
      },
      campaign: ({ campaign_id }) => ({ undo: campaign_id }),
    },
    cancel_campaign: {
      title: 'Cancel a campaign',
      description:
        'Stops a campaign between two targets; the one under way is finished. What was done stays.',
      risk: 'write',
      reach: 'listed',
      settle: null,
      input: { campaign_id: campaignId() },
      output: report,
      effects: {
        impact: 'The campaign ends. The targets that it did not come to stay as they are.',
        undo: 'run_campaign begins another one.',
      },
      campaign: ({ campaign_id }) => ({ cancel: campaign_id }),
    },
    get_campaign: {
      title: 'Show a campaign',
      description: 'Tells how far a campaign is: each target with its state, and the calls that undo it.',
      risk: 'read',
      reach: 'listed',
      input: { campaign_id: campaignId() },
      output: report,
      requests: 1,
      run: ({ campaign_id }, { campaigns: { get } }) => get(campaign_id),
    },
    list_campaigns: {
      title: 'List campaigns',
      description: 'Lists the campaigns of thirty days, newest first: state and counts.',
      risk: 'read',
      reach: 'listed',
      rows: 'campaigns',
      input: { limit: z.int().min(1).max(100).default(20) },
      output: z.looseObject({ campaigns: z.array(row(summary)) }),
      requests: 1,
      run: async ({ limit }, { campaigns: { list } }) => ({ campaigns: await list(limit) }),
    },
  },
  { core: false },
)

const noTool = () =>
  new InputError(
    'run_campaign: tool is required: the change that shall be made.',
    'Nothing was changed. To go on with a campaign, give its campaign_id alone.',
  )
