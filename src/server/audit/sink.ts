/**
 * Who is told of what was decided, and in which order.
 *
 * @module
 */
import type { CloudwaysOptions } from '../../cloudways-options.ts'
import type { AuditEvent } from '../../core/types/audit.ts'
import type { AuthEvent } from '../oauth/events.ts'
import type { Logger } from '../watch/logging.ts'
import type { Metrics } from '../watch/metrics.ts'
import type { AuditFile } from './file.ts'
import { createAuditLog } from './log.ts'

export interface AuditSink extends Required<Pick<CloudwaysOptions, 'beforeChange' | 'onAudit'>> {
  onAuthEvent(event: AuthEvent): void
}

export interface AuditSinkOptions {
  /** It is opened last of all: until then there is none. */
  file: () => AuditFile | undefined
  logger: Logger | undefined
  metrics: Metrics | undefined
  onAudit: ((event: AuditEvent) => void) | undefined
}

export function createAuditSink({ file, logger, metrics, onAudit }: AuditSinkOptions): AuditSink {
  const log = logger && createAuditLog(logger)

  /** The file first: it alone is proof, and must not depend on what the others do. */
  function keep(event: AuditEvent): void {
    file()?.write(event)
    onAudit?.(event)
  }

  return {
    beforeChange: (change) => file()?.begin(change),
    onAudit(event) {
      keep(event)
      // Tools that do not exist are counted where they are called, under one name.
      if (event.risk !== null) metrics?.call(event)
      log?.call(event)
    },
    onAuthEvent(event) {
      if (event.decision) keep(event.decision)
      metrics?.signIn(event)
      log?.signIn(event)
    },
  }
}
