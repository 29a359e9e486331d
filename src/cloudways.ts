/** createCloudways(): options in, toolkit out. @module */
import { createClient } from './api/client.ts'
import { type Credentials, checkCredentials, checkKept } from './api/credentials.ts'
import { createRoles } from './api/roles.ts'
import {
  type CloudwaysOptions,
  checkSelection,
  type NoTools,
  readOptions,
  type ToolSelection,
} from './cloudways-options.ts'
import { createView, type View } from './core/declare/describe.ts'
import { type Selected, selectTools } from './core/declare/select.ts'
import { createToolkit, type Toolkit } from './core/toolkit.ts'
import type { Account } from './core/types/api.ts'
import type { Selection, ToolkitServices } from './core/types/call.ts'
import type { ToolMap } from './core/types/tool.ts'
import { sealTo } from './crypto/seal-to.ts'
import { lineOf } from './rate-limit/line.ts'
import { type CoreTools, coreTools } from './tools/index.ts'

/** The tools of an account, ready to be called or handed to an adapter. */
export interface Cloudways<T extends ToolMap = CoreTools> extends Toolkit<T> {
  /** The same tools and rules for another account; storage and limits are shared. Cheap. */
  withCredentials(credentials: Credentials): Cloudways<T>
  /** The same account and rules with fewer tools; what is hidden here stays hidden. */
  select(selection: ToolSelection): Cloudways<T>
}

/** The built-in tools and those of one's own. */
type WithExtra<Extra extends ToolMap> = keyof Extra extends never ? CoreTools : CoreTools & Extra

/**
 * Make a toolkit for a Cloudways account. Synchronous; the first call signs in.
 *
 * @throws InputError for an option that does not exist, or a value that can't work; and for email and API key with a
 * `storage` outside the process but no `crypto`.
 *
 * @example
 * const cloudways = createCloudways({ credentials: { accessToken: process.env.CLOUDWAYS_ACCESS_TOKEN! } })
 * const { servers } = await cloudways.call('list_servers', {})
 */
export function createCloudways<Extra extends ToolMap = NoTools>(
  options: CloudwaysOptions<Extra> = {},
): Cloudways<WithExtra<Extra>> {
  const { rules, cipher, ...settings } = readOptions(options)
  const shared = {
    ...settings,
    storage: rules.storage,
    cipherFor: cipher && ((secret: string) => sealTo(cipher, secret)),
    limits: {
      limiter: settings.rateLimit,
      line: settings.rateLimit && lineOf(settings.rateLimit),
      total: settings.rateLimitTotal,
      seen: new Map(),
    },
    roles: createRoles(),
  }
  const { baseUrl: apiUrl, fetch, timeout, maxBodyMegabytes } = settings
  const { rateLimit = null, rateLimitTotal, rateLimitWait } = settings
  const services: ToolkitServices = {
    storage: rules.storage,
    crypto: cipher,
    onAudit: rules.onAudit,
    limits: { rateLimit, rateLimitTotal, rateLimitWait },
    upstream: { apiUrl, fetch, timeout, maxBodyMegabytes },
  }
  const client = (credentials: Credentials | undefined) => createClient({ ...shared, credentials })

  // Untyped maps inside, exact types at the door: spelling out 68 tools at every step is too much for TypeScript.
  const build = (view: View, account: Account): Cloudways<ToolMap> => ({
    ...createToolkit(view, account, rules, services),
    withCredentials: (credentials) => {
      if (typeof credentials !== 'function') checkKept(checkCredentials(credentials), rules.storage, cipher)
      return build(view, client(credentials))
    },
    select: (selection) => {
      checkSelection(selection)
      return build(viewOf(view.tools, selection, view.hiddenBy), account)
    },
  })
  const viewOf = (tools: ToolMap, selection: Selection, before: Selected['hiddenBy'] = new Map()) => {
    const { tools: left, hiddenBy } = selectTools(tools, selection, rules.policy)
    return createView({ tools: left, hiddenBy: new Map([...before, ...hiddenBy]) }, rules.policy)
  }
  const view = viewOf({ ...coreTools, ...options.extraTools } as ToolMap, options)
  return build(view, client(options.credentials)) as unknown as Cloudways<WithExtra<Extra>>
}
