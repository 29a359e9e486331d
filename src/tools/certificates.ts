/** The certificate that an app has, as far as the platform tells, and what another one in its place would mean. @module */
import { rowsOf } from '../core/send/inventory.ts'
import type { Risk } from '../core/types/plan.ts'
import type { Before, RunContext } from '../core/types/tool.ts'
import { type AppTarget, isOn } from './effects.ts'
import { findApp } from './inventory.ts'
import { domain } from './params.ts'

/** A field that is left out was not told. */
export interface Certificates {
  /** `null`: there is none. */
  lets_encrypt?: LetsEncrypt | null
  /** Whether there is a certificate of one's own. The platform tells neither its domains nor its end. */
  own_certificate?: boolean
}

interface LetsEncrypt {
  ssl_domains: string[]
  ssl_email: string | null
  /** `null`: not told. */
  wild_card: boolean | null
  auto: boolean | null
  /** `false`: it was asked for, and its domain was not proved yet. */
  is_installed: boolean | null
}

export async function present({ server_id, app_id }: AppTarget, context: RunContext): Promise<Certificates> {
  return certificatesIn(await findApp(context, server_id, app_id))
}

const name = domain('')
const isDomain = (value: unknown) => name.safeParse(value).success

/** PHP writes an empty map as an empty list. */
const isNothing = (value: unknown) =>
  value === null ||
  value === '' ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0)

export function certificatesIn(row: Record<string, unknown>): Certificates {
  const { lets_encrypt, own_ssl } = row
  const [told] = rowsOf([lets_encrypt])
  const own = own_ssl === undefined ? undefined : !isNothing(own_ssl) && isOn(own_ssl) !== false
  return {
    ...(isNothing(lets_encrypt)
      ? { lets_encrypt: null }
      : told && { lets_encrypt: letsEncryptIn(told, row) }),
    ...(own !== undefined && { own_certificate: own }),
  }
}

function letsEncryptIn(told: Record<string, unknown>, row: Record<string, unknown>): LetsEncrypt {
  const { ssl_domains, ssl_email, type, auto, is_installed } = told
  const list = Array.isArray(ssl_domains) ? ssl_domains : String(ssl_domains ?? '').split(/[\s,]+/)
  const domains = list.filter((name): name is string => isDomain(name))
  const isWild = [row.wild_card, told.wild_card].map(isOn)
  return {
    ssl_domains: domains,
    ssl_email: typeof ssl_email === 'string' ? ssl_email : null,
    wild_card:
      type === 'wc' || isWild.includes(true) || domains.some((name) => name.startsWith('*.'))
        ? true
        : type === 'le' || isWild.includes(false)
          ? false
          : null,
    auto: isOn(auto),
    is_installed: isOn(is_installed),
  }
}

/** The state that `effects.now` read. */
export const certificatesOf = ({ now }: Before): Certificates => (rowsOf([now])[0] ?? {}) as Certificates

/** The names that a Let's Encrypt certificate covers. A wildcard is listed by its bare domain. */
export const covered = (domains: readonly string[], isWild: boolean | null): string[] => {
  const bare = domains.map((name) => name.toLowerCase().replace(/^\*\./, ''))
  return isWild ? bare.flatMap((name) => [name, `*.${name}`]) : domains.map((name) => name.toLowerCase())
}

export const isCovered = (name: string, names: readonly string[]): boolean =>
  names.includes(name.toLowerCase()) || names.includes(name.toLowerCase().replace(/^[^.*]+\./, '*.'))

/** What another certificate replaces. */
interface Replaced {
  /** Whether everything is known of what there is. */
  isKnown: boolean
  own: boolean
  /** The names of the Let's Encrypt certificate, if one is installed. */
  names: string[]
  /** Those that the other does not cover; `undefined`: not known. */
  dropped: string[] | undefined
}

/** @param next the names of the other certificate; `undefined`: they could not be read. */
export function replacedBy(next: readonly string[] | undefined, before: Before): Replaced {
  const { lets_encrypt: encrypted, own_certificate } = certificatesOf(before)
  const isInstalled = encrypted && encrypted.is_installed !== false
  const names = isInstalled ? covered(encrypted.ssl_domains ?? [], encrypted.wild_card) : []
  return {
    isKnown: encrypted !== undefined && own_certificate !== undefined && !(isInstalled && names.length === 0),
    own: own_certificate === true,
    names,
    dropped: next && names.filter((name) => !isCovered(name, next)),
  }
}

/** A certificate of one's own is lost for good: neither its key nor its domains can be read back. */
export function riskOfInstall({ isKnown, own, names, dropped }: Replaced): Risk {
  if (!isKnown || own) return 'destructive'
  if (names.length === 0) return 'write'
  return dropped && dropped.length === 0 ? 'disruptive' : 'destructive'
}

/** @param next the names of the other certificate; `undefined`: they could not be read. */
export function impactOfInstall(
  next: readonly string[] | undefined,
  { isKnown, own, names, dropped }: Replaced,
) {
  const sentences = [
    next
      ? `The app gets a certificate for ${some(next)}.`
      : 'The app gets a certificate, and nobody knows for which domains.',
    names.length > 0 && `It replaces the Let's Encrypt certificate for ${some(names)}.`,
    own &&
      'It replaces a certificate of your own, whose domains Cloudways does not tell and whose key nobody can read back.',
    !isKnown && 'Cloudways does not tell whether it replaces another certificate.',
    dropped &&
      dropped.length > 0 &&
      `No longer covered: ${some(dropped)}. Browsers will warn visitors there.`,
    names.length > 0 && !dropped && `Browsers will warn visitors of each of these that it does not cover.`,
  ]
  return sentences.filter(Boolean).join(' ')
}

/** What is asked of a renewal: of a wildcard, its domain. */
interface Renewal {
  wild_card: boolean
  domain?: string
}

/** The names of the certificate after a renewal; `undefined`: not known. A plain one keeps its names. */
export function namesOfRenewal({ wild_card, domain }: Renewal, before: Before): string[] | undefined {
  if (wild_card) return domain === undefined ? undefined : covered([domain], true)
  const { lets_encrypt: encrypted } = certificatesOf(before)
  return encrypted?.wild_card === false ? covered(encrypted.ssl_domains ?? [], false) : undefined
}

/** A certificate for the same names is no change to a visitor. */
export function riskOfRenewal(renewal: Renewal, before: Before): Risk {
  const risk = riskOfInstall(replacedBy(namesOfRenewal(renewal, before), before))
  const isSameKind = certificatesOf(before).lets_encrypt?.wild_card === renewal.wild_card
  return risk === 'disruptive' && isSameKind ? 'write' : risk
}

export function undoOfInstall(remove: string, { isKnown, own, names }: Replaced): string {
  const back = [
    names.length > 0 && `install_letsencrypt gets a new certificate for ${some(names)}`,
    own && 'a person installs the former certificate of your own again, with its files',
    !isKnown && 'what it replaced does not come back by itself',
  ]
  return [`${remove} removes it`, ...back.filter(Boolean)].join('; ')
}

export function impactOfRemoval(before: Before, which: "Let's Encrypt" | 'own'): string {
  const { lets_encrypt: encrypted, own_certificate } = certificatesOf(before)
  const names = covered(encrypted?.ssl_domains ?? [], encrypted?.wild_card ?? null)
  const isOther = which === 'own' ? names.length > 0 : own_certificate === true
  const gone =
    which === 'own' || names.length === 0 ? 'The certificate goes' : `The certificate for ${some(names)} goes`
  return isOther
    ? `${gone}. Browsers warn visitors, unless the other certificate of the app takes its place.`
    : `${gone}. Browsers warn visitors of the app.`
}

export const some = (names: readonly string[]) =>
  names.length > 20 ? `${names.slice(0, 20).join(', ')} and ${names.length - 20} more` : names.join(', ')
