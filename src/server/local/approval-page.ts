/** The web server of `approval.ts`. @module */
import { Hono } from 'hono'
import { createCloudways } from '../../cloudways.ts'
import type { PendingPlan } from '../../core/types/plan.ts'
import type { ToolkitServices } from '../../core/types/services.ts'
import { fernet } from '../../crypto/fernet.ts'
import { generateKey } from '../../crypto/key.ts'
import { createConfirmations } from '../approval/confirm.ts'
import { webhookOf } from '../approval/webhook.ts'
import { createExchange } from '../attempts/verify.ts'
import type { Config } from '../config/config.ts'
import { listen } from '../http/listen.ts'
import { noStore } from '../oauth/answers.ts'
import { cleanName } from '../oauth/client.ts'
import type { AuthEvent } from '../oauth/events.ts'
import { readOptions } from '../oauth/options.ts'
import { createKnownBrowsers } from '../oauth/ticket.ts'
import { sandboxToken } from '../pages/credential-fields.ts'
import type { Logger } from '../watch/logging.ts'
import type { OpenBrowser } from './browser.ts'

export interface LocalApprovalOptions {
  /** Of the toolkit whose calls wait. Its storage is where the answers go. */
  services: ToolkitServices
  config: Pick<
    Config,
    | 'approvalWebhook'
    | 'approvalWebhookSecret'
    | 'authSessionTimeout'
    | 'maxAuthAttemptsPerSession'
    | 'maxAuthAttemptsPerIp'
    | 'authLockoutDuration'
  >
  open?: OpenBrowser
  /** What the client calls itself, as far as it has said so. */
  clientName?: () => string | undefined
  /** The access token, when the account is that of the sandbox. */
  sandboxToken?: string
  /** Writes a line for the person, on stderr. */
  tell: (text: string) => void
  onEvent?: (event: AuthEvent) => void
  /** Told of what could not be delivered to APPROVAL_WEBHOOK. */
  logger?: Logger
}

const host = '127.0.0.1'
const closingSeconds = 1

export async function openLocalApprovals(options: LocalApprovalOptions) {
  const { services, config, open, sandboxToken: token, tell, onEvent } = options
  const { upstream, limits, storage, crypto = fernet(generateKey()) } = services
  const webhook = webhookOf(config, { logger: options.logger })
  const app = new Hono()
  const listener = await listen({ fetch: (request, env) => app.fetch(request, env as object), host, port: 0 })
  const issuer = `http://${host}:${listener.port}`
  const settings = readOptions({
    baseUrl: issuer,
    storage,
    crypto,
    sessionTimeout: config.authSessionTimeout,
    maxAttemptsPerSession: config.maxAuthAttemptsPerSession,
    maxAttemptsPerIp: config.maxAuthAttemptsPerIp,
    lockoutDuration: config.authLockoutDuration,
    // A toolkit with all tools: the visible tools may lack `ping`, which checks credentials.
    cloudways: createCloudways({ ...upstream, ...limits }),
    exchange: createExchange(upstream),
    openBrowser: open,
    sandbox: token !== undefined,
    onEvent,
    onWaiting: webhook?.tell,
  })
  const { openPage, routes } = createConfirmations(settings, createKnownBrowsers(settings))
  app.use(async (c, next) => {
    // Stricter than the server's own check, which accepts every name and port of this computer.
    if (c.req.header('host') === new URL(issuer).host) return next()
    return c.text(`The address of this page begins with ${issuer}.`, 403, noStore)
  })
  app.route('/', routes)
  app.notFound((c) => c.text('There is nothing here.', 404, noStore))
  app.onError((_, c) => c.text('Something failed here. Reload the page.', 500, noStore))
  if (token !== undefined) tell(`cloudways-tools: ${sandboxToken.printed(token)}`)
  return {
    openPage(pending: PendingPlan) {
      const name = cleanName(options.clientName?.())
      return openPage(pending, name ? { name } : undefined)
    },
    async close() {
      await Promise.all([webhook?.close(), listener.close(closingSeconds)])
    },
  }
}
