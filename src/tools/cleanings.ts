/** What a cleaning of a disk does, once or by its schedule. @module */
import * as z from 'zod'

/** What a cleaning does, by its argument. */
const cleanings = {
  remove_app_tmp: 'temporary files are deleted, and with them sessions and uploads under way',
  remove_app_private_html: "private_html is emptied, which may hold people's own files",
  rotate_system_log: 'logs of the system are rotated, and the oldest deleted',
  rotate_app_log: 'logs of the apps are rotated, and the oldest deleted',
  remove_app_local_backup: 'the local backups of the apps are deleted',
}

/** What the chosen kinds delete, in words. */
export const kindsIn = (input: Partial<Record<string, string>>) =>
  Object.entries(cleanings).flatMap(([name, what]) => (input[name] === 'yes' ? [what] : []))

export const yesNo = () => z.enum(['yes', 'no'])
