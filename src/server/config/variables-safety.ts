/** The variables by which an operator decides what may happen: a part of the table in variables.ts. @module */
import * as z from 'zod'
import { mayCarrySecrets } from '../../base/http.ts'
import { parseWindows } from '../../core/control/windows/parse.ts'
import { isCloudwaysError } from '../../errors.ts'
import { fileOf, url } from './schemas.ts'
import type { Variables } from './value.ts'

/** Names for a scope. Patterns are for PROTECT only: a scope lists exactly what it allows, or all of one account. */
const named = () => z.array(z.string().regex(/^(?:[^*]+|[\w-]+:\*)$/, 'ids or labels, without *'))

export const safetyVariables = {
  READ_ONLY: {
    schema: () => z.boolean(),
    guard: true,
    default: false,
    about: 'Only tools that change nothing.',
  },
  SERVERS: {
    schema: named,
    guard: true,
    about:
      'Only these servers, by id (digits only) or label, comma-separated: no other is listed or touched.',
    example: 'staging,70024',
  },
  APPS: {
    schema: named,
    guard: true,
    about: 'Only these apps, by id (digits only) or label, comma-separated.',
    example: 'my shop,120033',
  },
  PROTECT: {
    schema: () => z.array(z.string().min(1)),
    guard: true,
    about:
      'Servers and apps, by id, label or pattern, comma-separated: a change to one needs a person who types its name.',
    example: '*production*,my shop',
  },
  CONFIRM: {
    schema: () => z.enum(['write', 'disruptive', 'destructive', 'never']),
    guard: true,
    default: 'disruptive',
    about: 'The lowest risk that needs a person; never: only what is protected needs one.',
  },
  CONFIRM_FALLBACK: {
    schema: () => z.enum(['two-step', 'page', 'refuse']),
    guard: true,
    about:
      'When the client of an agent cannot ask a person; without it, page on http and on stdio, two-step in call. Two steps are never enough for PROTECT.',
  },
  CONFIRM_BY: {
    schema: () => z.enum(['auto', 'page']),
    guard: true,
    default: 'auto',
    about: 'page: a person says yes on the page only, whatever the client of the agent says that it can.',
  },
  SECOND_YES: {
    schema: () => z.enum(['destructive']),
    guard: true,
    about:
      'destructive: two people say yes to a destructive change, on the page of http, each signed in with another token of the account.',
    example: 'destructive',
  },
  CHANGE_WINDOWS: {
    schema: () =>
      z.string().superRefine((text, context) => {
        try {
          parseWindows(text)
        } catch (error) {
          if (!isCloudwaysError(error)) throw error
          context.addIssue({ code: 'custom', message: `${error.message} ${error.next}` })
        }
      }),
    guard: true,
    about:
      'When changes may be made, by days, hours and zone; rules are separated by semicolons, and one with ids, labels or patterns before a colon is for those.',
    example: 'sat-sun 02:00-06:00 Europe/Berlin; shop: never',
  },
  CHANGE_BUDGET: {
    schema: () => z.number().int().min(1).max(1000),
    guard: true,
    about: 'How many changes an account may make in any hour, over all replicas.',
    example: '20',
  },
  RULES_SHADOW: {
    schema: () => z.array(z.string().regex(/^(windows|budget)$/, 'windows, budget')),
    about:
      'Rules that only tell what they would refuse, in the audit, the log and the plan: windows, budget.',
    example: 'windows,budget',
  },
  ACCOUNT_NAME: {
    schema: () =>
      z.string().regex(/^[a-z0-9_-]{1,40}$/, 'must have 1 to 40 lower case letters, digits, - and _.'),
    about:
      'The name of the one account that every token here belongs to, also those of people who sign in: they share the budget, and the guard against repeats.',
    example: 'agency',
  },
  APPROVAL_WEBHOOK: {
    schema: () =>
      url('https', 'http').refine(
        (text) => mayCarrySecrets(new URL(text)),
        'must be an https URL; http is for this machine only.',
      ),
    secret: true,
    about:
      'Told by a signed POST of each plan that waits on a page for a yes: title, summary and link, never a secret.',
    example: 'https://hooks.example.com/approvals',
  },
  APPROVAL_WEBHOOK_SECRET: {
    schema: () => z.string().min(16, 'must have at least 16 characters.'),
    secret: true,
    about: 'Signs what is sent to APPROVAL_WEBHOOK, by HMAC-SHA256.',
  },
  APPROVAL_WEBHOOK_SECRET_FILE: fileOf('APPROVAL_WEBHOOK_SECRET', 'that secret'),
  BACKUP_HOURS: {
    schema: () => z.number().min(0).max(8760),
    default: 24,
    about: 'How old a backup may be where a tool requires one, in hours; 0: none is required.',
  },
  OUTSIDE_CHECKS: {
    schema: () => z.boolean(),
    default: false,
    about:
      'Whether reports may look at the domains of the account from here: DNS, certificate, answer. Public addresses only.',
  },
  JOURNAL_DAYS: {
    schema: () => z.number().min(1).max(365),
    default: 30,
    about: 'How many days the journal of changes goes back, of which list_changes and list_operations tell.',
  },
  REVEAL_SECRETS: {
    schema: () => z.boolean(),
    default: false,
    about: 'Whether get_app_credentials answers passwords; they then are in the context of the model.',
  },
  AUDIT_FILE: {
    schema: () => z.string(),
    guard: true,
    about:
      'One JSON line per decision in this file, and one before a change is sent, each with the hash of the one before. One process per file; while it cannot be written, nothing is changed.',
    example: './audit.jsonl',
  },
  AUDIT_ARGUMENTS: {
    schema: () => z.boolean(),
    default: false,
    about:
      'Whether AUDIT_FILE has the arguments too, redacted and up to 64 kB a call, and not only their hash.',
  },
} as const satisfies Variables
