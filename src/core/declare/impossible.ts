/**
 * What people ask for and no listed tool does: the words for it, the tools that would do it, and where a person does it.
 * A row whose tool is listed names that tool instead.
 *
 * @module
 */
import { type Cannot, cannots } from './cannots.ts'

/** Words that say nothing. */
const filler = new Set(
  'a an the my our this that of on in to for from with by and or cloudways one'.split(' '),
)

/** The words of a name in any spelling: `createApp`, `app-create`, `create_apps`. */
const wordsOf = (name: string): string[] =>
  name
    .replaceAll('WordPress', 'Wordpress')
    .replaceAll('WooCommerce', 'Woocommerce')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word && !filler.has(word))
    .map(singular)

const singular = (word: string) => (word.length > 3 && /[^s]s$/.test(word) ? word.slice(0, -1) : word)

const listOf = (words: string) => new Set(words.split(' ').map(singular))

/** The longest name that is looked at. */
const mostCharacters = 80

/** What a name asks for that is in the table. */
export function cannotNamed(name: string): Cannot | undefined {
  if (typeof name !== 'string' || name.length > mostCharacters) return undefined
  const words = wordsOf(name)
  return cannots.find((row) => {
    const groups = row.words.map(listOf)
    const extra = listOf(row.also ?? '')
    return (
      groups.every((group) => words.some((word) => group.has(word))) &&
      words.every((word) => extra.has(word) || groups.some((group) => group.has(word)))
    )
  })
}

/** The tool of a row that is among these. */
export const toolFor = ({ tools }: Cannot, listed: readonly string[]): string | undefined =>
  tools.find((name) => listed.includes(name))

const open = (listed: readonly string[]) => cannots.filter((row) => toolFor(row, listed) === undefined)

/** Where a person does it, and what these tools do beside it. */
export const whereOf = (row: Cannot, listed: readonly string[]): string =>
  `A person does it${row.elsewhere ? '' : platform} ${row.where}.${besidesOf(row, listed)}`

const platform = ' in the Cloudways platform (https://platform.cloudways.com):'

/** Where a blocked address is unblocked. */
export const whereToUnblock = whereOf(cannotNamed('unblock_ip') as Cannot, [])

function besidesOf({ besides }: Cannot, listed: readonly string[]): string {
  const named = besides?.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []
  return besides && named.every((name) => listed.includes(name)) ? ` ${besides}` : ''
}

/** One sentence for a server's instructions: what is asked for most and not done here. */
export function cannotSentence(listed: readonly string[]): string | undefined {
  const rows = open(listed).filter(({ often }) => often)
  if (rows.length === 0) return undefined
  return `No tool here can ${joined(rows.map(({ what }) => what))}: say so, a person does it in the Cloudways platform.`
}

const joined = (parts: readonly string[]) =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`

/** The part of the tool reference on what is not possible. */
export function cannotPage(listed: readonly string[]): string {
  const lines = open(listed).map((row) => `| ${row.what} | ${row.where}.${besidesOf(row, listed)} |`)
  if (lines.length === 0) return ''
  return [
    '## What these tools cannot do',
    '',
    'A person does it in the Cloudways platform (https://platform.cloudways.com), where the table names no other place.',
    '',
    '| Asked for | Where a person does it |',
    '| --- | --- |',
    ...lines,
  ].join('\n')
}
