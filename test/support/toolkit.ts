/** Toolkits on a sandbox: the one set-up of the tests that are not about the platform itself. */
import { type AuditEvent, type CloudwaysOptions, createCloudways, defineTools } from 'cloudways-tools'
import { createSandbox, type Sandbox, type SandboxOptions } from 'cloudways-tools/sandbox'
import * as z from 'zod'

/** For tests that are not about confirmation and backups: nobody is asked, and no backup is missing. */
export const unguarded = { preset: 'all', confirm: 'never', backupHours: 0 } satisfies CloudwaysOptions

/** A toolkit on `sandbox`, without a rate limit and hardly waiting between two looks at an operation. */
export const toolkitOn = (sandbox: Sandbox, options: CloudwaysOptions = {}) =>
  createCloudways({
    credentials: { accessToken: sandbox.credentials.accessToken },
    apiUrl: sandbox.url,
    fetch: sandbox.fetch,
    rateLimit: null,
    pollSeconds: 0.001,
    ...options,
    // What a test chooses by toolset or name is chosen from all tools, whatever set-up it stands on.
    ...((options.tools || options.toolsets) && options.preset !== 'search' && { preset: undefined }),
  })

/**
 * A toolkit on a sandbox of its own, with operations that end at once and every audit event kept. No backup is recent.
 *
 * @param more options that need the sandbox first, a wrapped `fetch` for example.
 */
export function setUp(
  options: CloudwaysOptions = {},
  settings: SandboxOptions = {},
  more: (sandbox: Sandbox) => CloudwaysOptions = () => ({}),
) {
  const events: AuditEvent[] = []
  const sandbox = createSandbox({
    operationSeconds: 0,
    requestsPerMinute: 1_000_000,
    backupAge: 100,
    ...settings,
  })
  const onAudit = (event: AuditEvent) => void events.push(event)
  const cloudways = toolkitOn(sandbox, { onAudit, ...options, ...more(sandbox) })
  return { cloudways, sandbox, events }
}

/** The same with one more tool, `my_tool`, which changes something unless the declaration says otherwise. */
export function setUpTool(declaration: object, options: CloudwaysOptions = {}) {
  const extraTools = defineTools('mine', {
    my_tool: {
      title: 'My tool',
      description: 'Does something in a way of its own. Returns nothing.',
      output: z.looseObject({}),
      effects: { impact: 'Something changes.', undo: null },
      ...declaration,
    } as never,
  })
  const kit = setUp({ ...options, extraTools } as never)
  const call = (input: object) => kit.cloudways.call('my_tool' as never, input as never) as Promise<unknown>
  return { ...kit, call }
}

/** A toolkit without an account whose `my_tool` takes these arguments and answers them as `got`. */
export const echoing = (input: object) =>
  createCloudways({
    extraTools: defineTools('mine', {
      my_tool: {
        title: 'Mine',
        description: 'Answers its arguments for the test.',
        risk: 'read',
        input,
        output: z.looseObject({}),
        run: async (given: object) => ({ got: given }),
      },
    } as never),
  })
