/**
 * The tools that the suite calls by name, as far as tools of this kind can be what it asks for: they answer
 * structured data and its text, refuse, and tell of progress while the platform works.
 */
import { createCloudways, defineTools, operation } from 'cloudways-tools'
import { createMcpHandler } from 'cloudways-tools/mcp'
import { createSandbox } from 'cloudways-tools/sandbox'
import * as z from 'zod'
import { withRegistered } from './registered.ts'

const fixture = {
  description: 'A tool that the conformance suite calls by its name.',
  input: {},
  output: z.looseObject({}),
} as const

const restart = {
  ...fixture,
  output: operation,
  effects: { impact: 'A server of the sandbox restarts.', undo: null },
  request: () => ({ method: 'POST', path: '/server/restart', body: { server_id: '70011' } }) as const,
} as const

const extraTools = defineTools('conformance', {
  test_simple_text: {
    ...fixture,
    title: 'Text',
    risk: 'read',
    run: async () => ({ text: 'This is a simple text response for testing.' }),
  },
  test_error_handling: {
    ...fixture,
    title: 'Error',
    risk: 'read',
    // The sandbox has no such server.
    request: () => ({ method: 'GET', path: '/server/settings', query: { server_id: '1' } }),
  },
  test_tool_with_progress: { ...restart, title: 'Progress', risk: 'write' },
  // These need a person, who is asked through the client; the suite answers with forms of its own, never a yes.
  test_input_required_result_elicitation: { ...restart, title: 'Question', risk: 'disruptive' },
  test_input_required_result_request_state: { ...restart, title: 'State', risk: 'disruptive' },
  test_input_required_result_tampered_state: { ...restart, title: 'Changed state', risk: 'disruptive' },
})

/** The product's own handler and server, on a sandbox, with what the suite asks for by name next to their own. */
export function conformanceHandler(): (request: Request) => Promise<Response> {
  const sandbox = createSandbox({ operationSeconds: 0.5 })
  const cloudways = createCloudways({
    credentials: { accessToken: sandbox.credentials.accessToken },
    fetch: sandbox.fetch,
    pollSeconds: 0.01,
    rateLimit: null,
    extraTools,
  })
  return withRegistered(cloudways, createMcpHandler({ cloudways }))
}
