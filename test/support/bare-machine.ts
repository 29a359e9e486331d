/** Loaded before a program: a machine without a user entry, a home, a temporary folder and getuid, with a full disk. */

import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'

const missing = (name: string) => () => {
  throw Object.assign(new Error(`A system error occurred: ${name} returned ENOENT`), {
    code: 'ERR_SYSTEM_ERROR',
  })
}
os.userInfo = missing('uv_os_get_passwd') as never
os.homedir = missing('uv_os_homedir') as never
delete (process as Partial<NodeJS.Process>).getuid
delete (process as Partial<NodeJS.Process>).geteuid
for (const name of ['HOME', 'USER', 'LOGNAME', 'HOSTNAME', 'USERPROFILE']) delete process.env[name]
for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = '/dev/null/tmp'
syncBuiltinESMExports()
