/**
 * A server on stdio starts although Cloudways can't be reached, so the check of SERVERS, APPS and PROTECT may have to
 * wait for the first change.
 *
 * @module
 */
import { never, sleep, unlessAborted } from '../../base/signal.ts'
import type { Cloudways } from '../../cloudways.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { type CloudwaysError, InputError, isCloudwaysError, PolicyError } from '../../errors.ts'
import { aroundCalls } from './calls.ts'

/** The answer to every call of a server whose configuration is wrong. */
export const notSetUp = ({ message, next }: CloudwaysError): PolicyError =>
  new PolicyError(
    'configuration',
    `This server is not set up, so nothing was sent. ${message}`,
    `A person has to act: ${next} Then start this server again.`,
  )

/** Whether a person has to change the configuration. Everything else may pass. */
export const isWrongSetting = (error: unknown): error is CloudwaysError =>
  isCloudwaysError(error) && /^(invalid_input|credentials_refused)$/.test(error.code)

/** Clients wait for the answer to `initialize`, and some give up soon. */
const startSeconds = 3

/**
 * The same tools, once the check has begun. What protects is checked before anything is changed: while the check can't be
 * made, no change is. Each change tries the check again.
 *
 * @throws what is wrong with the configuration, when the check finds that soon.
 */
export async function checkedCalls<T extends ToolMap>(
  cloudways: Cloudways<T>,
  check: () => Promise<void>,
): Promise<Cloudways<T>> {
  let wrong: CloudwaysError | undefined
  let running: Promise<void> | undefined
  /** There must be no `await` between reading and storing. */
  function checked(): Promise<void> {
    running ??= check().catch((error: unknown) => {
      if (error instanceof InputError) wrong = error
      else running = undefined
      throw error
    })
    return running
  }

  const over = new AbortController()
  const soon = sleep(startSeconds, over.signal).catch(() => {})
  const found = await Promise.race([checked().catch((error: unknown) => error), soon])
  over.abort()
  if (isWrongSetting(found)) throw found

  return aroundCalls(cloudways, async (inner, name, input, options = {}) => {
    const own = inner.adapter.called(name, input).name
    const changes = Object.hasOwn(inner.tools, own) && inner.tools[own]?.risk !== 'read'
    try {
      if (changes) await unlessAborted(checked(), options.signal ?? never())
      else if (wrong) throw wrong
    } catch (error) {
      options.signal?.throwIfAborted()
      // The refusal takes the path of a call, so that the audit is told of it. It is the same for every account.
      const refuse = () => Promise.reject(error === wrong ? notSetUp(wrong as CloudwaysError) : error)
      return inner.withCredentials(refuse).call(name, { ...input, account: undefined }, options)
    }
    return inner.call(name, input, options)
  })
}
