/**
 * The variables by which an operator decides what may happen: a part of the table in variables.ts.
 *
 * @module
 */
import type { Variable } from './variables.ts'

/** Patterns are for PROTECT alone: a scope should be what it says. */
const named = {
  pattern: /^[^*]+$/,
  expects: 'ids or labels, without *',
} as const

export const safetyVariables = {
  READ_ONLY: {
    kind: 'boolean',
    group: 'safety',
    guard: true,
    default: false,
    meaning: 'Only tools that change nothing.',
  },
  SERVERS: {
    kind: 'list',
    group: 'safety',
    guard: true,
    meaning:
      'Only these servers, by id (digits only) or label, comma-separated: no other is listed or touched.',
    example: 'staging,70024',
    ...named,
  },
  APPS: {
    kind: 'list',
    group: 'safety',
    guard: true,
    meaning: 'Only these apps, by id (digits only) or label, comma-separated.',
    example: 'my shop,120033',
    ...named,
  },
  PROTECT: {
    kind: 'list',
    group: 'safety',
    guard: true,
    meaning:
      'Servers and apps, by id, label or pattern, comma-separated: a change to one needs a person who types its name.',
    example: '*production*,my shop',
  },
  CONFIRM: {
    kind: 'enum',
    group: 'safety',
    guard: true,
    default: 'disruptive',
    values: ['write', 'disruptive', 'destructive', 'never'],
    meaning: 'The lowest risk that needs a person; never: only what is protected needs one.',
  },
  CONFIRM_FALLBACK: {
    kind: 'enum',
    group: 'safety',
    guard: true,
    values: ['two-step', 'page', 'refuse'],
    meaning:
      'When the client of an agent cannot ask a person; without it, two-step on stdio and in call, page on http.',
  },
  BACKUP_HOURS: {
    kind: 'number',
    group: 'safety',
    default: 24,
    least: 0,
    most: 8760,
    meaning: 'How old a backup may be where a tool requires one, in hours; 0: none is required.',
  },
  REVEAL_SECRETS: {
    kind: 'boolean',
    group: 'safety',
    default: false,
    meaning: 'Whether get_app_credentials answers passwords; they then are in the context of the model.',
  },
  AUDIT_FILE: {
    kind: 'string',
    group: 'safety',
    guard: true,
    meaning:
      'One JSON line per decision in this file, and one before a change is sent, each with the hash of the one before. One process per file; while it cannot be written, nothing is changed.',
    example: './audit.jsonl',
  },
  AUDIT_ARGUMENTS: {
    kind: 'boolean',
    group: 'safety',
    default: false,
    meaning:
      'Whether AUDIT_FILE has the arguments too, redacted and up to 64 kB a call, and not only their hash.',
  },
} as const satisfies Record<string, Variable>
