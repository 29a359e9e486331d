/** What a server around a toolkit has to know of it. @module */
import type { Cipher, RateLimiter, Storage } from '../../types.ts'
import type { AuditEvent } from './audit.ts'

/** What a toolkit was made with, as options of `createCloudways`, for a server around it. */
export interface ToolkitServices {
  storage: Storage
  /** Encrypts what the toolkit stores. */
  crypto?: Cipher
  onAudit?: (event: AuditEvent) => void
  /** The limits of the toolkit. Every other toolkit for the same accounts has to keep to them. */
  limits: { rateLimit: RateLimiter | null; rateLimitTotal?: number; rateLimitWait: number }
  /** How the toolkit reaches Cloudways. */
  upstream: { apiUrl: string; fetch?: typeof fetch; timeout: number; maxBodyMegabytes: number }
}
