/**
 * The rules of an operator: read from options, with their defaults.
 *
 * @module
 */
import { checkNumber, nearest } from '../../base/options.ts'
import { readable } from '../../base/text.ts'
import { InputError } from '../../errors.ts'
import type { Policy } from '../types/call.ts'

const defaultPolicy: Policy = {
  servers: [],
  apps: [],
  protect: [],
  confirm: 'disruptive',
  confirmFallback: 'refuse',
  backupHours: 24,
}

const thresholds: readonly Policy['confirm'][] = ['write', 'disruptive', 'destructive', 'never']
const fallbacks: readonly Policy['confirmFallback'][] = ['two-step', 'page', 'refuse']

/**
 * Read the policy from options. An option that is `undefined` has its default.
 *
 * @throws InputError for a value that can't work: a guard that is misspelt must not be off.
 */
export function readPolicy(options: Partial<Policy>): Policy {
  const given = (Object.keys(defaultPolicy) as (keyof Policy)[]).filter((name) => options[name] !== undefined)
  const policy: Policy = {
    ...defaultPolicy,
    ...Object.fromEntries(given.map((name) => [name, options[name]])),
  }
  for (const name of ['servers', 'apps', 'protect'] as const) {
    if (given.includes(name)) entries(name, policy[name])
  }
  oneOf('confirm', policy.confirm, thresholds)
  oneOf('confirmFallback', policy.confirmFallback, fallbacks)
  checkNumber('createCloudways', 'backupHours', policy.backupHours, 0)
  return policy
}

/** An empty list is refused: it is usually an unset variable, and would open everything. */
function entries(name: string, value: unknown): void {
  const fits =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((entry) => typeof entry === 'string' && readable(entry) !== '')
  if (!fits) {
    throw new InputError(
      `${name}: must be a list of ids or labels, as texts.`,
      `Pass { ${name}: ['70011'] }.`,
    )
  }
}

function oneOf(name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return
  const near = nearest(String(value), known)
  throw new InputError(
    `${name}: must be one of ${known.join(', ')}${near ? `; did you mean ${near}?` : '.'}`,
    'Fix the option.',
  )
}
