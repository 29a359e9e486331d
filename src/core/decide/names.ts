/**
 * Finding a thing by what people call it: a server or an app by its label, a domain, an address, a system user.
 *
 * A whole name wins over words. Case counts in neither. Two things that a name fits are two, and nothing is guessed. An
 * id is one of the things that a name can hold, so no label can stand for the id of another server or app.
 *
 * @module
 */
import type { Json } from '../../base/json.ts'
import { oneLine, readable } from '../../base/text.ts'
import { aliasesOf, domainOf, readRows, textOf } from '../send/inventory.ts'

/** A thing with everything that it is called by. */
export interface Called {
  id: string
  /** The server of an app: a name may hold its id too. */
  server_id?: string
  label: string
  /** What names it when it is written in full. */
  keys: ReadonlySet<string>
  /** What names it through another thing: of a server, the full names of the apps on it. */
  through: ReadonlySet<string>
  /** The words of its own names. */
  words: ReadonlySet<string>
  /** Words that part it from others and do not name it: those of its server. */
  further: ReadonlySet<string>
}

/** A server or an app. */
export interface Entry extends Called {
  kind: 'server' | 'app'
  /** The server itself, or that of the app. */
  server_id: string
  domain: string | null
}

export const isId = (id: string) => /^[1-9]\d{0,14}$/.test(id)

export const known = (names: readonly unknown[]) => names.map(textOf).map(readable).filter(Boolean)

/** The parts of a name. `nordlicht-shop` and `Nordlicht Shop` have the same ones. */
export const wordsOf = (name: string): string[] =>
  readable(name)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

export const allWords = (names: readonly string[]) =>
  new Set(names.flatMap((name) => [...wordsOf(name), joined(name)]))

const joined = (name: string) => wordsOf(name).join('')

/** The host of a pasted address, or a domain without its last dot. */
function hostOf(text: string): string | undefined {
  const [, host] = /^(?:https?:\/\/)?([^\s/?#:@]+\.[^\s/?#:@]+?)\.?(?::\d+)?(?:[/?#]\S*)?$/i.exec(text) ?? []
  return host?.toLowerCase()
}

/** The forms in which a name is compared with the keys. */
const written = (text: string) => [text.toLowerCase(), hostOf(text)].filter((form) => form !== undefined)

export const keysOf = (names: readonly string[]) => new Set(names.map(readable).flatMap(written))

/** The servers of a list, as they are called. */
export function serverEntries(rows: readonly Json[]): Entry[] {
  return rows.flatMap((row) => {
    const id = textOf(row.id)
    if (!isId(id)) return []
    const own = known([row.label, row.public_ip, row.server_fqdn, row.master_user])
    // "The server of www.example.com" can only be one, so what names an app in full names its server too.
    const apps = appRows(row).flatMap((app) => [...addressesOf(app), ...known([app.sys_user])])
    return [
      {
        kind: 'server' as const,
        id,
        server_id: id,
        label: textOf(row.label),
        domain: null,
        keys: keysOf(own),
        through: keysOf(apps),
        words: allWords(known([row.label])),
        further: new Set<string>(),
      },
    ]
  })
}

/** The apps of a list of servers, as they are called. */
export function appEntries(rows: readonly Json[]): Entry[] {
  return rows.flatMap((server) => {
    // What tells nothing of a name does not part one app from another either.
    const further = new Set([...allWords(known([server.label]))].filter((word) => !fillers.has(word)))
    return appRows(server).flatMap((app) => {
      const id = textOf(app.id)
      if (!isId(id)) return []
      const label = textOf(app.label)
      return [
        {
          kind: 'app' as const,
          id,
          server_id: textOf(server.id),
          label,
          domain: domainOf(app.cname) ?? domainOf(app.app_fqdn),
          keys: keysOf([...known([label, app.sys_user]), ...addressesOf(app)]),
          through: keysOf(known([server.public_ip])),
          words: allWords([...known([label]), ...domainsOf(app)]),
          further,
        },
      ]
    })
  })
}

const appRows = (server: Json) => readRows(server.apps) ?? []

/** The domains that somebody set. */
const domainsOf = (app: Json): string[] =>
  [domainOf(app.cname), ...(aliasesOf(app.aliases) ?? [])].filter((domain) => domain !== null)

/** The same, and the platform's own address, whose words name nothing. */
const addressesOf = (app: Json): string[] => [...domainsOf(app), ...known([domainOf(app.app_fqdn)])]

/** The entries that a name fits: by a whole name where there are such, else by words in any order. */
export function matching<E extends Called>(name: string, entries: readonly E[]): E[] {
  const text = readable(name)
  const forms = written(text)
  const whole = entries.filter(({ keys, through }) =>
    forms.some((form) => keys.has(form) || through.has(form)),
  )
  // The platform writes ids into its own domains.
  if (whole.length > 0 && forms.length > 1) return whole
  const fits = whole.length > 0 ? whole : byWords(text, entries)
  if (fits.length > 0) return withHeldIds(text, fits, entries)
  // Only where nothing fits, so that what is ambiguous stays so.
  const rest = withoutFillers(text)
  if (rest === undefined) return []
  // "the shop" is no label that somebody wrote in full, so what it fits beside others by a word is as good.
  if (hostOf(rest)) return matching(rest, entries)
  const byRest = byWords(rest, entries)
  return byRest.length > 0 ? withHeldIds(text, byRest, entries) : []
}

/** Words around a name that tell nothing of it. */
const fillers = new Set(
  'the of on for my our der die das den dem des von vom site website seite webseite server app application'.split(
    ' ',
  ),
)

/** What is left of a name without words that tell nothing. `undefined`: there are none such, or nothing else. */
function withoutFillers(text: string): string | undefined {
  const words = text.split(/\s+/)
  const left = words.filter((word) => !fillers.has(word.toLowerCase()))
  return left.length > 0 && left.length < words.length ? left.join(' ') : undefined
}

/** The same, and those whose id stands in the name: somebody may have called another one so. */
function withHeldIds<E extends Called>(text: string, fits: E[], entries: readonly E[]): E[] {
  const held = allWords([text])
  const others = entries.filter(({ id, server_id }) => held.has(id) || (server_id && held.has(server_id)))
  return [...new Set([...fits, ...others])]
}

/** The entries that have all words of a text, at least one of them in a name of their own. */
export function byWords<E extends Called>(text: string, entries: readonly E[]): E[] {
  const wanted = wordsOf(hostOf(text) ?? text)
  if (wanted.length === 0) return []
  const whole = wanted.join('')
  return entries.filter(
    ({ words, further }) =>
      words.has(whole) ||
      (wanted.some((word) => words.has(word)) &&
        wanted.every((word) => words.has(word) || further.has(word))),
  )
}

/** The entries that a misspelt name comes near to, the nearest first. */
export function nearTo<E extends Called>(name: string, entries: readonly E[], most: number): E[] {
  const wanted = new Set(wordsOf(hostOf(readable(name)) ?? name).filter((word) => word.length > 1))
  const scored = entries.map((entry) => ({ entry, score: likeness(wanted, entry) }))
  return scored
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .slice(0, most)
    .map(({ entry }) => entry)
}

/** How many words of a name are, or are inside of, a word of the entry or its id. */
function likeness(wanted: ReadonlySet<string>, { id, words, further }: Called): number {
  const own = [id, ...words, ...further]
  const near = (word: string) =>
    own.includes(word) ? 2 : own.some((other) => comesNear(word, other)) ? 1 : 0
  return [...wanted].reduce((sum, word) => sum + near(word), 0)
}

const comesNear = (word: string, other: string) =>
  other.startsWith(word) || isInside(word, other) || isInside(other, word)

/** A short word is inside of many. */
const isInside = (word: string, other: string) =>
  word.length > 2 && other.includes(word) && other.length < 4 * word.length

/** What tells entries apart, for a person or a model that chooses. */
export function candidateRow({ kind, id, server_id, label, domain }: Entry) {
  const name = oneLine(label, mostOfLabel)
  return kind === 'server'
    ? { id, label: name }
    : { id, server_id, label: name, domain: domain && oneLine(domain, mostOfLabel) }
}

export const mostOfLabel = 120
