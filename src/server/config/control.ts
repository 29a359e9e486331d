/** The variables of change control, as options of a toolkit. @module */
import { namedBy } from '../../core/control/windows/accounts.ts'
import { parseWindows } from '../../core/control/windows/parse.ts'
import type { ControlOptions, ShadowRule } from '../../core/types/control.ts'
import { InputError } from '../../errors.ts'

/** The values of the variables. */
interface ControlConfig extends Readonly<Omit<ControlOptions, 'rulesShadow'>> {
  readonly rulesShadow?: readonly string[]
}

export const controlOf = ({ rulesShadow, ...config }: ControlConfig): ControlOptions => ({
  changeWindows: config.changeWindows,
  changeBudget: config.changeBudget,
  accountName: config.accountName,
  // The variable takes these words only.
  rulesShadow: rulesShadow as readonly ShadowRule[] | undefined,
})

/** The servers and apps that CHANGE_WINDOWS names. `undefined`: none. */
export function namedByWindows({ changeWindows }: ControlConfig): string[] | undefined {
  const names = changeWindows === undefined ? [] : namedBy(parseWindows(changeWindows))
  return names.length > 0 ? names : undefined
}

interface WebhookConfig {
  readonly approvalWebhook?: string
  readonly approvalWebhookSecret?: string
  readonly confirmFallback?: string
  readonly confirmBy?: string
  readonly secondYes?: string
}

/** @throws InputError for a webhook that could not be signed, or that nothing would be told to. */
function checkWebhook(config: WebhookConfig): void {
  const { approvalWebhook: url, approvalWebhookSecret: secret, confirmFallback = 'page' } = config
  if (!url !== !secret) {
    throw new InputError(
      `${url ? 'APPROVAL_WEBHOOK_SECRET' : 'APPROVAL_WEBHOOK'} is missing: APPROVAL_WEBHOOK and APPROVAL_WEBHOOK_SECRET go together.`,
      'Set it.',
    )
  }
  const opensPages = confirmFallback === 'page' || config.confirmBy === 'page' || config.secondYes
  if (url && !opensPages) {
    throw new InputError(
      `APPROVAL_WEBHOOK tells of pages, and CONFIRM_FALLBACK=${confirmFallback} opens none.`,
      'Unset one of them.',
    )
  }
}

interface SecondYesConfig {
  readonly secondYes?: string
  readonly confirmFallback?: string
  readonly enableOauthAuth: boolean
}

/** @throws InputError where two people are to say yes, and there is no page that takes both. */
function checkSecondYes({ secondYes, confirmFallback, enableOauthAuth }: SecondYesConfig): void {
  if (secondYes === undefined || (enableOauthAuth && confirmFallback !== 'refuse')) return
  const off = enableOauthAuth ? 'CONFIRM_FALLBACK=refuse' : 'ENABLE_OAUTH_AUTH=false'
  throw new InputError(
    `SECOND_YES asks two people on the pages of the sign-in, which ${off} leaves away.`,
    'Unset one of them.',
  )
}

/** @throws InputError for what needs the pages of an approval where there are none. */
export function checkPages(config: WebhookConfig & SecondYesConfig): void {
  checkSecondYes(config)
  checkWebhook(config)
}
