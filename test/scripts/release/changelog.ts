/** The changelog, from the messages of the commits. @module */
import { execFileSync } from 'node:child_process'

interface Commit {
  hash: string
  type: string
  scope: string | undefined
  text: string
  breaking: boolean
}

/** The headings that users care about, in this order. Other types of commits are left out. */
const headings = { feat: 'New', fix: 'Fixed', perf: 'Faster', security: 'Security' } as const

/** A commit by its first line, and what `BREAKING CHANGE:` says below it. */
export function readCommit(hash: string, message: string): Commit | undefined {
  const [first = '', ...rest] = message.split('\n')
  const [, type, , scope, mark, text] = /^(\w+)(\(([\w-]+)\))?(!)?: (.+)$/.exec(first) ?? []
  if (type === undefined || text === undefined) return undefined
  return {
    hash,
    type,
    scope,
    text,
    breaking: mark === '!' || rest.some((line) => /^BREAKING[ -]CHANGE: /.test(line)),
  }
}

/** The part of one version. */
export function changesOf(version: string, date: string, commits: readonly Commit[]): string {
  const line = ({ hash, scope, text }: Commit) =>
    `- ${scope ? `**${scope}**: ` : ''}${text} (${hash.slice(0, 7)})`
  const part = (title: string, chosen: readonly Commit[]) =>
    chosen.length === 0 ? [] : [`### ${title}\n\n${chosen.map(line).join('\n')}`]
  const parts = [
    ...part(
      'Breaking',
      commits.filter(({ breaking }) => breaking),
    ),
    ...Object.entries(headings).flatMap(([type, title]) =>
      part(
        title,
        commits.filter((one) => one.type === type && !one.breaking),
      ),
    ),
  ]
  return [`## ${version} (${date})`, ...(parts.length > 0 ? parts : ['Nothing that users see.'])].join('\n\n')
}

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 28 }).trim()

/** The commits since the last version, or all. The newest comes first. */
export function commitsSince(tag: string | undefined): Commit[] {
  const log = git('log', '--no-merges', '--format=%H%x1f%B%x1e', ...(tag ? [`${tag}..HEAD`] : []))
  return log.split('\x1e').flatMap((entry) => {
    const [hash = '', message = ''] = entry.trim().split('\x1f')
    return readCommit(hash, message.trim()) ?? []
  })
}

/** The newest tag of a version; `undefined` before the first. */
export const lastTag = (): string | undefined =>
  git('tag', '--list', 'v*', '--sort=-v:refname').split('\n')[0] || undefined

const head = '# Changes\n\nMade from the commits by the release script.'

/** The whole file with a new version on top. */
export const withVersion = (before: string, part: string): string =>
  `${[head, part, before.replace(head, '').trim()].filter(Boolean).join('\n\n')}\n`
