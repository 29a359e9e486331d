/**
 * Every environment variable of the CLI and the server, declared once. Parsing, `--help`, `.env.example` and
 * `--print-config` are made from these tables.
 *
 * @module
 */
import * as z from 'zod'
import { mayCarrySecrets } from '../../base/http.ts'
import { presets } from '../../core/types/selection.ts'
import { baseUrl, credential, fileOf, names, url } from './schemas.ts'
import type { Variable, Variables } from './value.ts'
import { safetyVariables } from './variables-safety.ts'

const account = {
  CLOUDWAYS_ACCESS_TOKEN: {
    schema: credential('accessToken'),
    secret: true,
    about: 'Access token (recommended). Made at https://platform.cloudways.com/api.',
  },
  CLOUDWAYS_TOKEN_FILE: fileOf('CLOUDWAYS_ACCESS_TOKEN', 'the access token'),
  CLOUDWAYS_EMAIL: {
    schema: credential('email'),
    about: 'Email of the account, with CLOUDWAYS_API_KEY.',
  },
  CLOUDWAYS_API_KEY: { schema: credential('apiKey'), secret: true, about: 'API key (the older way).' },
  CLOUDWAYS_API_KEY_FILE: fileOf('CLOUDWAYS_API_KEY', 'the API key'),
  CLOUDWAYS_API_URL: {
    schema: () =>
      baseUrl().refine(
        (text) => mayCarrySecrets(new URL(text)),
        'must be an https URL: http is for this machine only.',
      ),
    default: 'https://api.cloudways.com/api/v2',
    about: 'Base URL of the Cloudways API.',
  },
} as const satisfies Variables

const tools = {
  PRESET: {
    schema: () => z.enum(presets),
    default: 'core',
    about:
      'Which tools are visible; or choose them with TOOLSETS and TOOLS. search: a search and four executors for all, or for the chosen.',
  },
  TOOLSETS: {
    schema: names,
    guard: true,
    about: 'Only these toolsets, comma-separated.',
    example: 'servers,apps',
  },
  TOOLS: {
    schema: names,
    guard: true,
    about: 'Only these tools, besides those of TOOLSETS, comma-separated.',
    example: 'list_servers,restart_server',
  },
  EXCLUDE_TOOLS: { schema: names, guard: true, about: 'Tools to leave out, comma-separated.' },
  WAIT_SECONDS: {
    schema: () => z.number().min(0).max(3600),
    default: 25,
    about:
      'How long a call waits for its operation before it answers the handle; a call ends within 50 in any case.',
  },
  ANSWER_TOKENS: {
    schema: () => z.int().min(500).max(1_000_000),
    default: 10_000,
    about: 'The longest answer; rows and long texts over it are cut and told.',
  },
  STRUCTURED_CONTENT: {
    schema: () => z.boolean(),
    default: true,
    about: 'Whether answers come as structured data too, besides text: some clients pay for both.',
  },
} as const satisfies Variables

const http = {
  HOST: {
    schema: () => z.string().regex(/^[\w.:%-]{1,253}$/, 'must be an IP address or host name, without port.'),
    default: '127.0.0.1',
    about: 'Address to listen on; 0.0.0.0 is every one.',
  },
  PORT: { schema: () => z.int().min(0).max(65535), default: 7000, about: 'Port.' },
  AUTH_BASE_URL: {
    schema: baseUrl,
    default: 'http://localhost:7000',
    about: 'URL by which clients reach this server. Its host is the one that is answered to.',
    example: 'https://mcp.example.com',
  },
  TRUST_PROXY: {
    schema: () => z.boolean(),
    default: false,
    about: 'Whether X-Forwarded-For counts: only behind a proxy that writes it.',
  },
  METRICS: {
    schema: () => z.boolean(),
    default: false,
    about:
      'Whether /metrics answers Prometheus, on this machine and private networks only. Needs the package prom-client.',
  },
} as const satisfies Variables

const state = {
  REDIS_URL: {
    schema: () =>
      url('redis', 'rediss').refine((text) => {
        const { pathname, search } = new URL(text)
        return /^\/?\d*$/.test(pathname) && !search
      }, 'must end with host, port and the number of a database.'),
    password: true,
    about: 'State in Redis, shared by all replicas. Needs the package ioredis.',
    example: 'redis://localhost:6379/0',
  },
  REDIS_URL_FILE: fileOf('REDIS_URL', 'the URL of Redis'),
  STORAGE_DIR: { schema: () => z.string(), about: 'State in this folder.', example: './state' },
  ENCRYPTION_KEY: {
    schema: () => z.string(),
    secret: true,
    about:
      'Fernet key of 44 characters, from `cloudways-tools keygen`; required with REDIS_URL or STORAGE_DIR. Several, comma-separated: the first encrypts, all decrypt.',
  },
  ENCRYPTION_KEY_FILE: fileOf('ENCRYPTION_KEY', 'the key or keys'),
  REDIS_POOL_SIZE: {
    schema: () => z.int().min(1).max(100_000),
    default: 500,
    about: 'Redis commands under way at once.',
  },
} as const satisfies Variables

const limits = {
  HTTP_TIMEOUT: {
    schema: () => z.number().min(0.1).max(300),
    default: 15,
    about: 'Seconds for one request to Cloudways; a call with all that it waits for stays under 50.',
  },
  HTTP_POOL_SIZE: {
    schema: () => z.int().min(1).max(100_000),
    default: 500,
    about: 'Requests to Cloudways under way at once.',
  },
  RATE_LIMIT_REQUESTS: {
    schema: () => z.int().min(1).max(1_000_000),
    default: 90,
    about: 'Requests to Cloudways per window, for each account and path.',
  },
  RATE_LIMIT_WINDOW: {
    schema: () => z.number().min(1).max(86_400),
    default: 60,
    about: 'Window, in seconds.',
  },
  RATE_LIMIT_TOTAL: {
    schema: () => z.int().min(1).max(1_000_000),
    about: 'Requests per window and account over all paths. 200, or RATE_LIMIT_REQUESTS where that is more.',
    example: '200',
  },
  RATE_LIMIT_WAIT: {
    schema: () => z.number().min(0).max(3600),
    default: 20,
    about: 'How long a call waits inside for its turn at the limit, in seconds; 0 refuses at once.',
  },
} as const satisfies Variables

const seconds = () => z.int().min(1).max(86_400)
const attempts = () => z.int().min(1).max(1000)

const signIn = {
  ENABLE_HEADER_AUTH: {
    schema: () => z.boolean(),
    default: true,
    about: 'Whether a request may bring its own account in headers.',
  },
  ENABLE_OAUTH_AUTH: {
    schema: () => z.boolean(),
    default: true,
    about: 'Whether people may sign in with a browser.',
  },
  AUTH_SESSION_TIMEOUT: {
    schema: seconds,
    default: 300,
    about: 'Time for a pending sign-in, in seconds.',
  },
  AUTH_TOKEN_LIFETIME: {
    schema: seconds,
    default: 3600,
    about: 'Longest access after a sign-in, in seconds.',
  },
  AUTH_POLL_INTERVAL: {
    schema: () => z.number().min(0.1).max(60),
    default: 1,
    about: 'Seconds between two progress messages of a call that waits for a sign-in (stdio).',
  },
  MAX_AUTH_ATTEMPTS_PER_SESSION: {
    schema: attempts,
    default: 3,
    about: 'Failed sign-ins per session, then locked out.',
  },
  MAX_AUTH_ATTEMPTS_PER_IP: {
    schema: attempts,
    default: 10,
    about: 'Failed sign-ins per address, then locked out.',
  },
  AUTH_LOCKOUT_DURATION: { schema: seconds, default: 300, about: 'Lockout, in seconds.' },
} as const satisfies Variables

const logs = {
  LOG_LEVEL: {
    schema: () => z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR']),
    default: 'INFO',
    about: 'The least that is written.',
  },
  LOG_FORMAT: {
    schema: () => z.enum(['console', 'json']),
    default: 'console',
    about: 'For people, or one JSON object a line.',
  },
  LOG_FILE: { schema: () => z.string(), about: 'Also append to this file.' },
} as const satisfies Variables

/** One variable for each further account. NAME, in lower case, is what the argument `account` takes. */
export const accountVariable = {
  schema: credential('accessToken'),
  secret: true,
  family: true,
  about:
    'Access token of a further account; NAME, in lower case, is what `account` takes. CLOUDWAYS_ACCESS_TOKEN is `default`.',
} as const satisfies Variable

export const accountPrefix = 'CLOUDWAYS_ACCESS_TOKEN_'
export const accountFilePrefix = 'CLOUDWAYS_TOKEN_FILE_'

const { CLOUDWAYS_ACCESS_TOKEN, CLOUDWAYS_TOKEN_FILE, ...otherOfAccount } = account
const withFurther: Variables = {
  CLOUDWAYS_ACCESS_TOKEN,
  CLOUDWAYS_TOKEN_FILE,
  [`${accountPrefix}NAME`]: accountVariable,
  [`${accountFilePrefix}NAME`]: {
    schema: () => z.string(),
    family: true,
    about: 'File with the access token of a further account.',
  },
  ...otherOfAccount,
}

/** The variables under the headings that the help and `.env.example` give them. */
export const variableGroups: readonly (readonly [title: string, Variables])[] = [
  ['Cloudways account: the access token, or email with API key', withFurther],
  ['Tools', tools],
  ['What may happen, and who is asked', safetyVariables],
  ['HTTP server', http],
  ['State (without REDIS_URL and STORAGE_DIR: in memory)', state],
  ['Limits', limits],
  ['Ways in', signIn],
  ['Logs, on stderr', logs],
]

export type VariableTable = typeof account &
  typeof tools &
  typeof safetyVariables &
  typeof http &
  typeof state &
  typeof limits &
  typeof signIn &
  typeof logs

export type VariableName = keyof VariableTable

/** All variables with one name, in the order of the help. */
export const variableList = variableGroups
  .flatMap(([, group]) => Object.entries(group))
  .filter(([, { family }]) => !family) as [VariableName, Variable][]
