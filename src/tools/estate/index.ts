/** Reports over all servers and apps: one question, one call. @module */
import { accessReport } from './access.ts'
import { backupReport } from './backups.ts'
import { certificateReport } from './certificates.ts'
import { compareReport } from './compare.ts'
import { diagnosis } from './diagnose.ts'
import { diskReport } from './disk.ts'
import { findReport } from './find.ts'
import { healthReport } from './health.ts'
import { overviewReport } from './overview.ts'
import { unblocking } from './unblock.ts'

export const estate = {
  ...overviewReport,
  ...healthReport,
  ...findReport,
  ...diagnosis,
  ...certificateReport,
  ...diskReport,
  ...backupReport,
  ...accessReport,
  ...compareReport,
  ...unblocking,
}
