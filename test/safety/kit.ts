/** A toolkit on a sandbox, with operations that end at once and every audit event kept. */
import { type AuditEvent, type CloudwaysOptions, createCloudways, defineTools } from 'cloudways-tools'
import { createSandbox, type Sandbox, type SandboxOptions } from 'cloudways-tools/sandbox'
import { memoryStorage } from 'cloudways-tools/storage'
import * as z from 'zod'

export const ids = { server_id: 70011, app_id: 90021 }
export const clone = { ...ids, app_label: 'copy' }

/** @param more options that need the sandbox first, a wrapped `fetch` for example. */
export function setUp(
  options: CloudwaysOptions = {},
  settings: SandboxOptions = {},
  more: (sandbox: Sandbox) => CloudwaysOptions = () => ({}),
) {
  const events: AuditEvent[] = []
  const sandbox = createSandbox({ operationSeconds: 0, requestsPerMinute: 1_000_000, ...settings })
  const cloudways = createCloudways({
    credentials: { accessToken: sandbox.credentials.accessToken },
    fetch: sandbox.fetch,
    rateLimit: null,
    pollSeconds: 0.001,
    onAudit: (event) => events.push(event),
    ...options,
    ...more(sandbox),
  })
  return { cloudways, sandbox, events }
}

/** The same with one tool of one's own, which changes something unless the declaration says otherwise. */
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

/** What changed something. */
export const sent = ({ mutations }: Sandbox) => mutations.map(({ path }) => path)

/** What was asked for that is more than a read, whether it was carried out or not. */
export const changing = ({ requests }: Sandbox) => requests.filter(({ method }) => method !== 'GET')

/** The sandbox's `fetch`, with something that happens before each request, and after it was answered. */
export const around =
  (
    { fetch }: Sandbox,
    { before, after }: { before?: (request: Request) => void; after?: (request: Request) => void },
  ): typeof globalThis.fetch =>
  async (input, init) => {
    const request = new Request(input, init)
    before?.(request)
    const response = await fetch(request)
    after?.(request)
    request.signal.throwIfAborted()
    return response
  }

export const isChange = ({ method }: Request) => method !== 'GET'

type Method = 'get' | 'set' | 'delete' | 'take' | 'lock'

/** A storage of which some methods can be broken, in the way `fail` says. */
export function breakable(fail: () => Promise<never>) {
  const whole = memoryStorage()
  let broken: readonly Method[] = []
  const storage = new Proxy(whole, {
    get: (target, name) =>
      broken.includes(name as Method) ? fail : Reflect.get(target, name as keyof typeof target),
  })
  return {
    storage,
    /** From now on; without methods it is fixed. */
    breaks(...methods: Method[]) {
      broken = methods
    },
  }
}
