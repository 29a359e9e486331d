/**
 * Every environment variable of the CLI and the server, declared once. Parsing, `--help`, `.env.example` and
 * `--print-config` are made from this table.
 *
 * @module
 */
import { safetyVariables } from './variables-safety.ts'

/** One environment variable. */
export interface Variable {
  kind: 'string' | 'secret' | 'url' | 'integer' | 'number' | 'boolean' | 'enum' | 'list'
  group: Group
  /** One sentence for the person who sets it. */
  meaning: string
  /** Without it, the variable has no value when it is not set. */
  default?: string | number | boolean
  /** What an `enum` accepts. */
  values?: readonly string[]
  /** Values that are planned and refused today. */
  pendingValues?: readonly string[]
  /** Bounds of a number, both included. */
  least?: number
  most?: number
  /** Schemes that a `url` may have. */
  schemes?: readonly string[]
  /** A `url` that may go unencrypted to this machine only. */
  secure?: true
  /** A `url` that may hold a password: never repeated, printed without it. */
  password?: true
  /** What a text, or each item of a list, must look like, and that in words. */
  pattern?: RegExp
  expects?: string
  example?: string
  /** Set and empty, it is refused: it holds something back, and must not be off unseen. */
  guard?: true
}

export const groups = {
  account: 'Cloudways account: the access token, or email with API key',
  tools: 'Tools',
  safety: 'What may happen, and who is asked',
  http: 'HTTP server',
  state: 'State (without REDIS_URL and STORAGE_DIR: in memory)',
  limits: 'Limits',
  sign_in: 'Ways in',
  logs: 'Logs, on stderr',
} as const

export type Group = keyof typeof groups

const printable = {
  pattern: /^[!-~]{3,512}$/,
  expects: '3 to 512 printable characters without blanks',
} as const

export const variables = {
  CLOUDWAYS_ACCESS_TOKEN: {
    kind: 'secret',
    group: 'account',
    meaning: 'Access token (recommended). Made at https://platform.cloudways.com/api.',
    ...printable,
  },
  CLOUDWAYS_EMAIL: {
    kind: 'string',
    group: 'account',
    meaning: 'Email of the account, with CLOUDWAYS_API_KEY.',
    pattern: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
    expects: 'an email address',
  },
  CLOUDWAYS_API_KEY: { kind: 'secret', group: 'account', meaning: 'API key (the older way).', ...printable },
  CLOUDWAYS_API_URL: {
    kind: 'url',
    group: 'account',
    default: 'https://api.cloudways.com/api/v2',
    meaning: 'Base URL of the Cloudways API.',
    schemes: ['https', 'http'],
    secure: true,
  },

  PRESET: {
    kind: 'enum',
    group: 'tools',
    default: 'core',
    values: ['core', 'all'],
    pendingValues: ['search'],
    meaning: 'Which tools are visible; or choose them with TOOLSETS and TOOLS.',
  },
  TOOLSETS: {
    kind: 'list',
    group: 'tools',
    guard: true,
    meaning: 'Only these toolsets, comma-separated.',
    example: 'servers,apps',
  },
  TOOLS: {
    kind: 'list',
    group: 'tools',
    guard: true,
    meaning: 'Only these tools, besides those of TOOLSETS, comma-separated.',
    example: 'list_servers,restart_server',
  },
  EXCLUDE_TOOLS: {
    kind: 'list',
    group: 'tools',
    guard: true,
    meaning: 'Tools to leave out, comma-separated.',
  },
  WAIT_SECONDS: {
    kind: 'number',
    group: 'tools',
    default: 25,
    least: 0,
    most: 3600,
    meaning: 'How long a call waits for its operation before it answers the handle.',
  },
  ...safetyVariables,

  HOST: {
    kind: 'string',
    group: 'http',
    default: '127.0.0.1',
    meaning: 'Address to listen on; 0.0.0.0 is every one.',
    pattern: /^[\w.:%-]{1,253}$/,
    expects: 'an IP address or host name, without port',
  },
  PORT: { kind: 'integer', group: 'http', default: 7000, least: 0, most: 65535, meaning: 'Port.' },
  AUTH_BASE_URL: {
    kind: 'url',
    group: 'http',
    default: 'http://localhost:7000',
    meaning: 'URL by which clients reach this server. Its host is the one that is answered to.',
    schemes: ['https', 'http'],
    example: 'https://mcp.example.com',
  },
  TRUST_PROXY: {
    kind: 'boolean',
    group: 'http',
    default: false,
    meaning: 'Whether X-Forwarded-For counts: only behind a proxy that writes it.',
  },
  METRICS: {
    kind: 'boolean',
    group: 'http',
    default: false,
    meaning:
      'Whether /metrics answers Prometheus, on this machine and private networks only. Needs the package prom-client.',
  },

  REDIS_URL: {
    kind: 'url',
    group: 'state',
    meaning: 'State in Redis, shared by all replicas. Needs the package ioredis.',
    schemes: ['redis', 'rediss'],
    password: true,
    example: 'redis://localhost:6379/0',
  },
  STORAGE_DIR: { kind: 'string', group: 'state', meaning: 'State in this folder.', example: './state' },
  ENCRYPTION_KEY: {
    kind: 'secret',
    group: 'state',
    meaning:
      'Fernet key of 44 characters, from `cloudways-tools keygen`; required with REDIS_URL or STORAGE_DIR. Several, comma-separated: the first encrypts, all decrypt.',
  },
  REDIS_POOL_SIZE: {
    kind: 'integer',
    group: 'state',
    default: 500,
    least: 1,
    most: 100_000,
    meaning: 'Redis commands under way at once.',
  },

  HTTP_TIMEOUT: {
    kind: 'number',
    group: 'limits',
    default: 15,
    least: 0.1,
    most: 300,
    meaning: 'Seconds for one request to Cloudways; a call with its retries stays under 45.',
  },
  HTTP_POOL_SIZE: {
    kind: 'integer',
    group: 'limits',
    default: 500,
    least: 1,
    most: 100_000,
    meaning: 'Requests to Cloudways under way at once.',
  },
  RATE_LIMIT_REQUESTS: {
    kind: 'integer',
    group: 'limits',
    default: 90,
    least: 1,
    most: 1_000_000,
    meaning: 'Requests to Cloudways per account and window.',
  },
  RATE_LIMIT_WINDOW: {
    kind: 'number',
    group: 'limits',
    default: 60,
    least: 1,
    most: 86_400,
    meaning: 'Window, in seconds.',
  },

  ENABLE_HEADER_AUTH: {
    kind: 'boolean',
    group: 'sign_in',
    default: true,
    meaning: 'Whether a request may bring its own account in headers.',
  },
  ENABLE_OAUTH_AUTH: {
    kind: 'boolean',
    group: 'sign_in',
    default: true,
    meaning: 'Whether people may sign in with a browser.',
  },
  AUTH_SESSION_TIMEOUT: seconds(300, 'Time for a pending sign-in, in seconds.'),
  AUTH_TOKEN_LIFETIME: seconds(3600, 'Longest access after a sign-in, in seconds.'),
  AUTH_POLL_INTERVAL: {
    kind: 'number',
    group: 'sign_in',
    default: 1,
    least: 0.1,
    most: 60,
    meaning: 'Seconds between two progress messages of a call that waits for a sign-in (stdio).',
  },
  MAX_AUTH_ATTEMPTS_PER_SESSION: attempts(3, 'Failed sign-ins per session, then locked out.'),
  MAX_AUTH_ATTEMPTS_PER_IP: attempts(10, 'Failed sign-ins per address, then locked out.'),
  AUTH_LOCKOUT_DURATION: seconds(300, 'Lockout, in seconds.'),

  LOG_LEVEL: {
    kind: 'enum',
    group: 'logs',
    default: 'INFO',
    values: ['DEBUG', 'INFO', 'WARNING', 'ERROR'],
    meaning: 'The least that is written.',
  },
  LOG_FORMAT: {
    kind: 'enum',
    group: 'logs',
    default: 'console',
    values: ['console', 'json'],
    meaning: 'For people, or one JSON object a line.',
  },
  LOG_FILE: { kind: 'string', group: 'logs', meaning: 'Also append to this file.' },
} as const satisfies Record<string, Variable>

function seconds<const M extends string>(standard: number, meaning: M) {
  return {
    kind: 'integer',
    group: 'sign_in',
    default: standard,
    least: 1,
    most: 86_400,
    meaning,
  } as const
}

function attempts<const M extends string>(standard: number, meaning: M) {
  return {
    kind: 'integer',
    group: 'sign_in',
    default: standard,
    least: 1,
    most: 1000,
    meaning,
  } as const
}

export type VariableName = keyof typeof variables

/** The table, by name, with the wide type. */
export const variableList = Object.entries(variables) as [VariableName, Variable][]
