/** A toolkit on both accounts of one sandbox: `default` with three servers, `shop` with one. */
import { type AuditEvent, type CloudwaysOptions, createCloudways } from 'cloudways-tools'
import { createSandbox, type SandboxOptions } from 'cloudways-tools/sandbox'

export function twoAccounts(options: CloudwaysOptions = {}, settings: SandboxOptions = {}) {
  const events: AuditEvent[] = []
  const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000, ...settings })
  const cloudways = createCloudways({
    credentials: { accessToken: sandbox.credentials.accessToken },
    accounts: { shop: { accessToken: sandbox.credentials.otherAccessToken } },
    fetch: sandbox.fetch,
    rateLimit: null,
    pollSeconds: 0.001,
    onAudit: (event) => void events.push(event),
    ...options,
  })
  const ours = sandbox.state.servers[0] as { id: string; label: string }
  const theirs = sandbox.otherState.servers[0] as { id: string; label: string }
  /** Calls a tool that TypeScript need not know the arguments of. */
  const call = (name: string, input: object = {}): Promise<Record<string, unknown>> =>
    cloudways.call(name as 'ping', input as never)
  /** The requests that reached each account, by its email. */
  const sentTo = (email: string) => sandbox.requests.filter(({ account }) => account === email)
  const sentToShop = () => sentTo(sandbox.credentials.otherEmail)
  const sentToDefault = () => sentTo(sandbox.credentials.email)
  return { sandbox, cloudways, call, events, ours, theirs, sentToShop, sentToDefault }
}

/** The schemas of a listed tool. */
export const described = (cloudways: { list(): readonly { name: string }[] }, name: string) =>
  cloudways.list().find((tool) => tool.name === name) as unknown as {
    inputSchema: { properties: Record<string, { enum?: string[] }>; required?: string[] }
    outputSchema: { properties: Record<string, object>; required?: string[] }
  }

/**
 * The same with twins: both accounts have the same ids and labels, and a mark of their own in every domain and address.
 */
export function twins(options: CloudwaysOptions = {}) {
  const kit = twoAccounts(options)
  const { sandbox } = kit
  sandbox.otherState.servers = structuredClone(sandbox.state.servers)
  sandbox.otherState.apps = structuredClone(sandbox.state.apps)
  const mark = ({ servers, apps }: typeof sandbox.state, name: string) => {
    for (const server of servers) Object.assign(server, { public_ip: `${name}.mark.example` })
    for (const app of apps) Object.assign(app, { cname: `${app.label}.${name}.mark.example` })
  }
  mark(sandbox.state, 'default')
  mark(sandbox.otherState, 'shop')
  const changed = (account: string) => {
    const email = account === 'shop' ? sandbox.credentials.otherEmail : sandbox.credentials.email
    return sandbox.mutations.filter((request) => request.account === email).map(({ path }) => path)
  }
  return { ...kit, changed }
}
