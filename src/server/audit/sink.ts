/**
 * Hands every decision to the audit file, the log, the metrics and the program, in a fixed order.
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

interface AuditSink extends Required<Pick<CloudwaysOptions, 'beforeChange' | 'onAudit'>> {
  onAuthEvent(event: AuthEvent): void
}

interface AuditSinkOptions {
  /** `undefined` at first: the audit file is opened after everything else. */
  file: () => AuditFile | undefined
  logger: Logger | undefined
  metrics: Metrics | undefined
  onAudit: ((event: AuditEvent) => void) | undefined
}

export function createAuditSink({ file, logger, metrics, onAudit }: AuditSinkOptions): AuditSink {
  const log = logger && createAuditLog(logger)

  /** The file comes first: it alone is proof, so it must not depend on what the others do. */
  function keep(event: AuditEvent): void {
    file()?.write(event)
    onAudit?.(event)
  }

  return {
    beforeChange: (change) => file()?.begin(change),
    onAudit(event) {
      keep(event)
      // Only a call of an unknown tool has no risk. The metrics count it elsewhere, under one name for all of them.
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
