/**
 * Shared arguments. Their names are those of the Cloudways API.
 *
 * Each text has a longest length, so that no pattern has to look at a megabyte. It is not listed: the error tells it.
 *
 * @module
 */
import * as z from 'zod'
import { isVeryWide } from '../core/declare/addresses.ts'
import { madeSecret, tags } from '../core/declare/marks.ts'

/**
 * An id. Callers may write text or a number, or a name that the core looks up before; tools get text. Only one spelling
 * is valid, so that no rule can be evaded.
 */
export const id = (error: string) =>
  z.coerce
    .string<string | number>()
    .max(255)
    .regex(/^[1-9]\d{0,14}$/, { error })

const serverId = id('must be the id, label, domain or address of a server; list_servers lists them')
const otherServerId = id(
  'must be the id, label, domain or address of another server; list_servers lists them',
)
const appId = id('must be the id, label or domain of an app; list_apps lists them')
// Coercion also makes the text "undefined" of a missing value. The pattern refuses that.
const operationId = z.coerce
  .string<string | number>()
  .max(255)
  .regex(/^(?!(?:undefined|null)$)[A-Za-z0-9_-]{1,64}$/, {
    error: 'must be the operation_id that a call answered',
  })

/** The argument that names a server. */
export const server = () => serverId
/** The argument that names a server besides: the one that gets a copy. */
export const otherServer = () => otherServerId
/** The argument that names an app. */
export const app = () => appId
/** The argument that names an operation. */
export const operationRef = () => operationId

tags.add(serverId, { names: 'server' })
tags.add(otherServerId, { names: 'server', besides: true })
tags.add(appId, { names: 'app' })
tags.add(operationId, { names: 'operation' })

/** The two arguments of every call about one app. The server may be left out: the core finds it by the app. */
export const serverApp = {
  server_id: serverId as z.ZodType<string, string | number | undefined>,
  app_id: app(),
}

const integrationId = id('must be the id of an integration; list_alert_integrations lists them')
const addonId = id('must be the id of an add-on; list_addons lists them')
const packageId = id('must be the id of a package of the add-on; list_addons lists them')
const queueId = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][\w.-]*$/, { error: 'must be the queue_id of a queue; list_worker_queues lists them' })

tags.add(integrationId, { names: 'channel' })
tags.add(addonId, { names: 'addon' })
tags.add(packageId, { names: 'package' })
tags.add(queueId, { names: 'queue' })

/** The argument that names an integration: a place where alerts go. */
export const integration = () => integrationId
/** The argument that names an add-on. */
export const addon = () => addonId
/** The argument that names a package of an add-on. */
export const addonPackage = () => packageId
/** The argument that names a worker queue. */
export const queueRef = () => queueId
/** One of several alerts. */
export const alertId = () => id('must be the id of an alert; get_alerts lists them')

/** A single address, version 4 or 6. */
export const ip = () =>
  z
    .string()
    .max(64)
    .refine((text) => z.ipv4().safeParse(text).success || z.ipv6().safeParse(text).success, {
      error: 'must be one IPv4 or IPv6 address, for example 203.0.113.7',
      abort: true,
    })
    .refine((text) => !isVeryWide(text), { error: 'is the address of nobody; it may let everybody in' })

/** An entry of an access list: an address, or a network such as `203.0.113.0/24`. */
export const ipOrNetwork = () =>
  z
    .string()
    .max(64)
    .refine(
      (text) => [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()].some((one) => one.safeParse(text).success),
      {
        error: 'must be an IP address or a network, for example 203.0.113.7 or 203.0.113.0/24',
      },
    )

/** A domain name without scheme and path. It may begin with `*.`: a wildcard. */
export const domain = (about: string) =>
  z
    .string()
    .max(255)
    .regex(/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i, {
      error: 'must be a domain name without scheme or path, for example www.example.com',
    })
    .describe(about)

export const email = (about: string) =>
  z.email({ error: 'must be an email address' }).max(254).describe(about)

/** A Git repository in SSH form, because the platform clones with a deploy key. */
export const gitUrl = () =>
  z
    .string()
    .max(2048)
    .regex(/^(ssh:\/\/)?[\w.-]+@[\w.-]+[:/][\w./~-]+$/, {
      error: 'must be a repository in SSH form, for example git@github.com:owner/repo.git',
    })
    .describe('SSH form: git@host:owner/repo.git')

export const branchName = () =>
  z
    .string()
    .max(255)
    .regex(/^[\w][\w./#@+-]{0,249}$/, {
      error: 'must be the name of a branch; get_git_branch_names lists them',
    })

export const deployPath = () =>
  z
    .string()
    .max(1024)
    .refine((path) => !path.split('/').includes('..') && !path.startsWith('/'), {
      error: 'must be a folder below public_html, without .. and without a leading slash',
    })
    .describe('Folder below public_html; empty: the webroot')

/** The name of a user that is made. */
export const userName = () =>
  z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9][\w.-]*$/, { error: 'must be letters, digits, dots, dashes and underscores' })

/**
 * A password that a call may leave out: then one is made when the change is sent, and a person finds it where the toolkit
 * hands over secrets. So no model invents one, or sees it.
 */
export const newPassword = () => password

const password = madeSecret(
  z
    .string()
    .min(12)
    .max(100)
    .regex(/^[\x21-\x7e]+$/, { error: 'must be 12 to 100 letters, digits and signs, without blanks' }),
)
  .optional()
  .describe('Leave out: one is made, and shown to a person only')

/** The fields that each row of the answer shall have. */
export const fields = () =>
  z
    .array(
      z
        .string()
        .max(100)
        .regex(/^\s*[^,\s][^,]*$/, { error: 'must be one name of a field, without a comma' }),
    )
    .max(50)
    .optional()
    .describe('Only these fields of each row; a dot reaches deeper')

export const detail = () =>
  z.enum(['compact', 'full']).default('compact').describe('full: all fields but secrets')

/** A name that people give to a server, an app or a project. */
export const label = (about?: string) => {
  const text = z.string().min(1).max(100)
  return about ? text.describe(about) : text
}

export const enableDisable = z.enum(['enable', 'disable'])

/** For what overwrites an app. The core takes the backup: a tool does not send this argument. */
export const backupFirst = () => z.boolean().optional().describe('Take a backup of this moment before')

/** For what opens access and can be taken back. The core closes it at that time: a tool does not send this argument. */
export const until = () => z.string().max(60).optional().describe('Then closed: 2h or a time')

/** One value, or a list of them: the core reads one as a list of one. */
export const oneOrMore = <Item extends z.ZodType>(item: Item, most: number) =>
  z.array(item).min(1).max(most) as unknown as z.ZodType<
    z.output<Item>[],
    z.input<Item> | readonly z.input<Item>[]
  >
