/**
 * What one replica has learned of the role of a token, for the others. The key is a hash of the token.
 *
 * A record that can't be read counts as none: the list then shows more, and the platform still refuses the calls.
 *
 * @module
 */

import { hashOf, object } from '../base/json.ts'
import { isText, readRecord, writeRecord } from '../base/record.ts'
import type { Storage } from '../types.ts'
import type { Learned } from './roles.ts'

/** Not by the account: each of its tokens has a role of its own. */
const keyOf = async (token: string) => `role:${await hashOf([token])}`

const mostTools = 1000

function isLearned(value: unknown): value is Learned {
  const { until, isRead, tools } = object(value) ?? {}
  return (
    Number.isFinite(until) &&
    typeof isRead === 'boolean' &&
    Array.isArray(tools) &&
    tools.length <= mostTools &&
    tools.every(isText)
  )
}

export const readShared = async (storage: Storage, token: string): Promise<Learned | null> =>
  readRecord<Learned>(storage, await keyOf(token), { isValid: isLearned })

/** Without a lock: what two replicas learn at the same time and one of them loses is learned again. */
export async function writeShared(storage: Storage, token: string, learned: Learned): Promise<void> {
  const before = await readShared(storage, token)
  // What was learned first ends first, and takes the rest with it: what is not known hides nothing.
  const until = Math.min(learned.until, before?.until ?? learned.until)
  const ttl = Math.ceil((until - Date.now()) / 1000)
  if (ttl <= 0) return
  const tools = [...new Set([...(before?.tools ?? []), ...learned.tools])].slice(0, mostTools)
  const value = { until, isRead: learned.isRead || before?.isRead === true, tools }
  await writeRecord(storage, await keyOf(token), value, { ttl })
}
