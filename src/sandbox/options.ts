import leven from 'leven'
import { defaultForms, type Forms, forms } from './forms.ts'

/** Options of `createSandbox`. Each has a default. */
export interface SandboxOptions {
  /** Seconds an operation takes. Default 4; 0: finished at the first poll. */
  operationSeconds?: number
  /** Requests a minute of an account on one path of the API. Default 100, as the platform reports it. */
  requestsPerMinute?: number
  /** Whether email and API key can still be exchanged for a token. Default `accepted`. */
  legacyKeys?: 'accepted' | 'refused'
  /** Servers of the account, 0 to 99. Default 3. */
  servers?: number
  /** Applications on each server, 0 to 99. Default: 3, 2 and 2. */
  appsPerServer?: number
  /** Lifetime of exchanged tokens in seconds. Default 3600. */
  tokenSeconds?: number
  /** Age of the latest backup of each application, in hours: up to one hour more. Default 3. */
  backupAge?: number
  /** The form of answers that have several. Default: the form that was seen live, else the documented one. */
  forms?: Partial<Forms>
}

export type Settings = Required<Omit<SandboxOptions, 'appsPerServer' | 'forms'>> & {
  appsPerServer?: number
  forms: Forms
}

const defaults: Settings = {
  operationSeconds: 4,
  requestsPerMinute: 100,
  legacyKeys: 'accepted',
  servers: 3,
  tokenSeconds: 3600,
  backupAge: 3,
  forms: defaultForms,
}

const numbers = {
  operationSeconds: [0, Number.MAX_SAFE_INTEGER],
  requestsPerMinute: [1, Number.MAX_SAFE_INTEGER],
  servers: [0, 99],
  appsPerServer: [0, 99],
  tokenSeconds: [1, Number.MAX_SAFE_INTEGER],
  backupAge: [0, 100_000],
} as const

/** The one of `known` that is closest to `word`. */
export function nearest(word: string, known: readonly string[]): string {
  const distance = (other: string) => leven(word.toLowerCase(), other.toLowerCase())
  return [...known].sort((a, b) => distance(a) - distance(b))[0] ?? ''
}

/** @throws TypeError when `given` holds a name that is not in `known`. */
export function refuseUnknown(what: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw new TypeError(`${what}: unknown option '${name}', did you mean '${nearest(name, known)}'?`)
    }
  }
}

/** What was given, without what was left `undefined`. */
const set = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T

/** @throws TypeError when `value` is none of `known`. */
function refuseValue(name: string, value: unknown, known: readonly string[]): void {
  if (value === undefined || known.includes(value as string)) return
  const right = nearest(String(value), known)
  throw new TypeError(`createSandbox: unknown value '${value}' of '${name}', did you mean '${right}'?`)
}

/** Options with defaults. @throws TypeError on an unknown name or a value out of range. */
export function readOptions(options: SandboxOptions): Settings {
  refuseUnknown('createSandbox', options, [...Object.keys(numbers), 'legacyKeys', 'forms'])
  for (const [name, [least, most]] of Object.entries(numbers)) {
    const value = options[name as keyof typeof numbers]
    if (value === undefined) continue
    const whole = name === 'servers' || name === 'appsPerServer' || name === 'requestsPerMinute'
    if (
      typeof value !== 'number' ||
      !(value >= least && value <= most) ||
      (whole && !Number.isInteger(value))
    ) {
      throw new TypeError(`createSandbox: '${name}' has to be a ${whole ? 'whole ' : ''}number from ${least}`)
    }
  }
  refuseValue('legacyKeys', options.legacyKeys, ['accepted', 'refused'])
  refuseUnknown('createSandbox: forms', options.forms ?? {}, Object.keys(forms))
  const chosen = set(options.forms ?? {})
  for (const [name, value] of Object.entries(chosen)) refuseValue(name, value, forms[name as keyof Forms])
  return { ...defaults, ...set(options), forms: { ...defaultForms, ...chosen } }
}
