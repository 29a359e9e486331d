/**
 * Names in place of the ids of what belongs to the account: projects and members of the team. Their lists are read only
 * where a name is given, and for this call alone.
 *
 * @module
 */
import { type Json, object } from '../../base/json.ts'
import { oneLine } from '../../base/text.ts'
import { InputError } from '../../errors.ts'
import { isName } from '../declare/named.ts'
import { isRequired } from '../declare/schema.ts'
import { kinds } from '../platform.ts'
import { readRows, textOf, unknownShape } from '../send/inventory.ts'
import type { Call } from '../types/call.ts'
import { allWords, type Called, isId, keysOf, known, matching, mostOfLabel } from './names.ts'
import { onlyOne } from './only-one.ts'
import { nothing } from './parse.ts'
import { isScoped } from './scope.ts'
import { taggedArguments } from './targets.ts'

/** An address of a member is personal data: it names one, and no answer repeats it. */
const row = ({ id, label }: Called): Json => ({
  id,
  name: label.includes('@') ? null : oneLine(label, mostOfLabel),
})

const listed = {
  project: {
    noun: 'project',
    by: 'id or name',
    list: kinds.project.listedBy,
    row,
    rows: (body: unknown) => readRows(object(body)?.projects),
    called: ({ name }: Json) => [name],
  },
  member: {
    noun: 'team member',
    by: 'id, name or email address',
    list: kinds.member.listedBy,
    row,
    rows: (body: unknown) => readRows(object(object(body)?.contents)?.members),
    called: ({ name, email }: Json) => [name, email],
  },
} as const

type ListedKind = keyof typeof listed

/** The arguments that name a project or a member, with the id in place of each name. */
export async function listedNames(call: Call, values: Json): Promise<Json> {
  const { tool } = call
  const found: Json = {}
  for (const kind of Object.keys(listed) as ListedKind[]) {
    const argument = taggedArguments(tool)[kind]
    const name = argument && values[argument]
    if (!argument || !isName(name)) continue
    checkReach(call, kind, argument)
    const entries = await entriesOf(call, kind)
    const fits = fitting(name, entries)
    const isNothing = fits.length === 0 && nothing.test(name) && !isRequired(tool.input[argument])
    found[argument] = isNothing
      ? undefined
      : onlyOne(tool, listed[kind], { argument, name, fits, entries }).id
  }
  return found
}

/** An address names whom it belongs to as it is written. Its words name nobody. */
function fitting(name: string, entries: readonly Called[]): Called[] {
  const fits = matching(name, entries)
  if (!/^\S+@\S+$/.test(name.trim())) return fits
  const forms = [...keysOf([name])]
  return fits.filter(({ keys }) => forms.some((form) => keys.has(form)))
}

/** @throws InputError under a scope: the lists of the account would show what is outside of it. */
function checkReach({ kit, tool }: Call, kind: ListedKind, argument: string): void {
  if (!isScoped(kit.rules.policy) || tool.reach === 'none') return
  throw new InputError(
    `${tool.name}: ${argument} must be an id here: this toolkit may touch some servers and apps alone, and a list of all ${listed[kind].noun}s is not read for it.`,
    'Nothing was sent. Ask the person for the id.',
  )
}

/** @throws UpstreamError when one of them can't be read: it may be the one that is meant. */
async function entriesOf({ api }: Call, kind: ListedKind): Promise<Called[]> {
  const { noun, rows, called } = listed[kind]
  const all = rows(await api.send(kinds[kind].list))
  if (!all || all.some(({ id }) => !isId(textOf(id)))) throw unknownShape(`the list of ${noun}s`)
  return all.map((one) => {
    const names = known(called(one))
    return {
      id: textOf(one.id),
      label: textOf(one.name),
      keys: keysOf(names),
      through: new Set<string>(),
      words: allWords(known([one.name])),
      further: new Set<string>(),
    }
  })
}
