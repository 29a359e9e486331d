/** The log of a staging copy: rows in a map, rows alone, or one text. @module */
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import { timeOfText } from './values.ts'

const row = ({ datetime, description }: Json) => ({
  at: timeOfText(datetime),
  text: textOf(description) || null,
  ...(timeOfText(datetime) === null && textOf(datetime) && { at_as_written: textOf(datetime) }),
})

/** A line that begins with a time. */
function line(text: string) {
  const [, time = '', rest = text] = /^\s*(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)\s*(.*)$/.exec(text) ?? []
  return { at: timeOfText(time), text: rest }
}

/** @throws UpstreamError when it can't be read: an unknown log is not an empty one. */
export function stagingLog(body: unknown) {
  const map = object(body)
  const found = map && 'logs' in map ? map.logs : body
  if (typeof found === 'string')
    return found
      .split('\n')
      .filter((text) => text.trim() !== '')
      .map(line)
  if (found === null) return []
  const rows = readRows(found)
  if (!rows) throw unknownShape('the log of the staging copy')
  return rows.map(row)
}
