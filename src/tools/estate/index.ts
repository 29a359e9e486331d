/** Reports over all servers and apps: one question, one call. @module */
import { certificateReport } from './certificates.ts'
import { findReport } from './find.ts'
import { healthReport } from './health.ts'

export const estate = { ...healthReport, ...findReport, ...certificateReport }
