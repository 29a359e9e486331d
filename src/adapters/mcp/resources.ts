/**
 * Resources: servers, apps, and the pages that this package brings itself. What lives in an account is read by calls of
 * tools, so every rule of such a call holds. No SDK here.
 *
 * @module
 */
import { object } from '../../base/json.ts'
import { oneLine } from '../../base/text.ts'
import { referenceOf } from '../../core/declare/reference.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { CallOptions } from '../../core/types/call.ts'
import type { ToolMap } from '../../core/types/tool.ts'
import { isCloudwaysError } from '../../errors.ts'
import { answerText, shownAnswer } from '../model-text.ts'
import type { McpRequest, Method } from './ask.ts'
import { carried } from './extra.ts'
import { invalidParams, inWords, notFound, protocolError, readFailure } from './failures.ts'
import { fileOf, skillsOf, skillUri } from './skills.ts'
import {
  accountsOf,
  callBehind,
  inAccount,
  isListed,
  journal,
  journalOf,
  type Place,
  places,
  templateOf,
  toolsOf,
  uriOf,
} from './uris.ts'

/** One row of `resources/list`. */
interface Resource {
  uri: string
  name: string
  title?: string
  description?: string
  mimeType: string
  /** In bytes. */
  size?: number
}

/** A page that needs no account. */
interface Page extends Resource {
  text(): string
}

/** A page of `resources/list` has about as many rows. */
const pageSize = 100
/** What is in the inside of a boundary is JSON, and the boundary is not. */
const plainText = 'text/plain'

export const resourceMethods = <T extends ToolMap>(toolkit: Toolkit<T>): Record<string, Method> => ({
  'resources/list': ({ params, extra }: McpRequest<{ cursor?: unknown }>) =>
    listResources(toolkit, params.cursor, carried(extra)),
  'resources/templates/list': () => ({ resourceTemplates: templates(toolkit) }),
  'resources/read': ({ params, extra }: McpRequest<{ uri: string }>) =>
    readResource(toolkit, params.uri, carried(extra)),
})

const pagesOf = <T extends ToolMap>(toolkit: Toolkit<T>): readonly Page[] => [
  {
    uri: 'cloudways://reference/tools',
    name: 'tools',
    title: 'Tool reference',
    description: 'Every tool listed here with its risk and arguments, and what these tools cannot do.',
    mimeType: 'text/markdown',
    text: () => referenceOf(toolkit.adapter.reached()),
  },
  ...skillsOf(toolkit).map((skill) => ({
    uri: skillUri(skill),
    name: skill.frontmatter.name,
    title: skill.frontmatter.metadata.title,
    description: skill.frontmatter.description,
    mimeType: 'text/markdown',
    size: skill.size,
    text: () => fileOf(skill),
  })),
]

/** The changes of each account, where they are kept. */
const journalsOf = <T extends ToolMap>(toolkit: Toolkit<T>): Resource[] =>
  isListed(toolkit, journal.tool)
    ? accountsOf(toolkit).map((account) => ({
        uri: journalOf(account),
        name: journal.word,
        title: journal.title,
        description: journal.description,
        mimeType: plainText,
      }))
    : []

const shown = <T extends ToolMap>(toolkit: Toolkit<T>) =>
  places.filter((place) => isListed(toolkit, toolsOf(place).shows))

const templates = <T extends ToolMap>(toolkit: Toolkit<T>) =>
  shown(toolkit).map((place) => ({
    uriTemplate: templateOf(place),
    name: place.kind,
    title: place.title,
    description: place.description,
    mimeType: plainText,
  }))

/** Where a list goes on. */
interface At {
  account: string
  place: Place
  offset: number
}

async function listResources<T extends ToolMap>(toolkit: Toolkit<T>, cursor: unknown, options: CallOptions) {
  const listed = shown(toolkit).filter((place) => isListed(toolkit, toolsOf(place).lists))
  const lists: At[] = accountsOf(toolkit).flatMap((account) =>
    listed.map((place) => ({ account, place, offset: 0 })),
  )
  let at = cursor === undefined ? lists[0] : readCursor(cursor, lists)
  const resources: Resource[] =
    cursor === undefined
      ? [...pagesOf(toolkit).map(({ text: _, ...resource }) => resource), ...journalsOf(toolkit)]
      : []
  const own = resources.length
  while (at && resources.length < pageSize + own) {
    const most = pageSize + own - resources.length
    const { rows, next } = await pageOf(toolkit, at, { most, options }).catch(nothingYet)
    resources.push(...rows)
    at = next === undefined ? lists[lists.findIndex((one) => isSame(one, at)) + 1] : { ...at, offset: next }
  }
  return { resources, ...(at && { nextCursor: `${at.account}/${at.place.word}/${at.offset}` }) }
}

/**
 * Clients ask for the list when they connect. Nobody may have signed in by then, and the pages need no account.
 *
 * @throws every other error, because what could not be read is not empty.
 */
function nothingYet(error: unknown): Part {
  if (!isCloudwaysError(error)) throw error
  if (error.code !== 'credentials_refused') throw inWords(error)
  return { rows: [] }
}

/** Some servers or apps, and where the next ones begin. */
interface Part {
  rows: Resource[]
  next?: number
}

const isSame = (one: At, other: At | undefined) => one.account === other?.account && one.place === other.place

function readCursor(cursor: unknown, lists: readonly At[]): At {
  const [, account, word, offset] = /^([^/]+)\/([a-z]+)\/(\d{1,9})$/.exec(String(cursor)) ?? []
  const list = lists.find((one) => one.account === account && one.place.word === word)
  if (list && offset) return { ...list, offset: Number(offset) }
  throw protocolError(invalidParams, 'There is no such cursor. Begin again without one.')
}

async function pageOf<T extends ToolMap>(
  toolkit: Toolkit<T>,
  { account, place, offset }: At,
  { most, options }: { most: number; options: CallOptions },
): Promise<Part> {
  const isApp = place.kind === 'app'
  const input = isApp
    ? { fields: ['id', 'label', 'domain', 'server'], limit: most, offset }
    : { fields: ['id', 'label'] }
  const where = inAccount(toolkit, account)
  const answer = object(await callByItself(toolkit, toolsOf(place).lists, { ...where, ...input }, options))
  const all = (answer?.[place.word] ?? []) as Record<string, string | null | undefined>[]
  const end = offset + most
  return {
    rows: (isApp ? all : all.slice(offset, end)).flatMap((row) => rowOf(account, place, row)),
    next: isApp ? ((answer?.next_offset as number | null) ?? undefined) : end < all.length ? end : undefined,
  }
}

/** A call that nobody asked for with words: the client makes it to fill a list. */
export const callByItself = <T extends ToolMap>(
  toolkit: Toolkit<T>,
  tool: string,
  input: object,
  options: CallOptions,
): Promise<unknown> => toolkit.call(tool, input as never, { ...options, unasked: true })

/** The longest label that is shown. */
const mostOfLabel = 120

function rowOf(
  account: string,
  place: Place,
  { id, label, domain, server }: Record<string, string | null | undefined>,
) {
  if (!id) return []
  const name = oneLine(label ?? '', mostOfLabel) || id
  const where = [domain, server && `on ${server}`].filter(Boolean).join(' ')
  return [
    {
      uri: uriOf(account, place, id),
      name,
      title: `${place.title} ${name}`,
      ...(where && { description: oneLine(where, mostOfLabel) }),
      mimeType: plainText,
    },
  ]
}

async function readResource<T extends ToolMap>(toolkit: Toolkit<T>, uri: string, options: CallOptions) {
  const page = pagesOf(toolkit).find((one) => one.uri === uri)
  if (page) return { contents: [{ uri, mimeType: page.mimeType, text: page.text() }] }
  const call = callBehind(uri, toolkit)
  if (!call || !isListed(toolkit, call.tool)) throw notFound(uri)
  try {
    const answer: unknown = await toolkit.call(call.tool, call.input as never, options)
    const text = answerText(shownAnswer(toolkit, call.tool, answer))
    return { contents: [{ uri, mimeType: plainText, text }] }
  } catch (error) {
    throw readFailure(error, uri)
  }
}
