/** The command `stdio` as clients start it, on a sandbox that it reaches over HTTP. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import {
  type CallToolResult,
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
  type ElicitRequestURLParams,
} from '@modelcontextprotocol/sdk/types.js'
import { createSandbox } from 'cloudways-tools/sandbox'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { signInAt } from '../server/local/person.ts'
import { keptValidators } from '../support/kept-validators.ts'
import { stdioServer } from './run-here.ts'

export type Answer = 'accept' | 'decline' | 'cancel'

/** Answers the client's question whether the page may be opened. */
type Person = (params: ElicitRequestURLParams) => Answer | Promise<Answer>

export interface Session {
  client: Client
  call(name: string, input?: Record<string, unknown>, options?: object): Promise<CallToolResult>
  /** What the person was asked, in order. */
  asked: ElicitRequestURLParams[]
  completed: string[]
  errors: Error[]
  stderr: () => string
}

export const textOf = ({ content }: CallToolResult) => (content[0] as { text: string }).text
export const serversIn = ({ structuredContent }: CallToolResult) =>
  (structuredContent as { servers?: unknown[] } | undefined)?.servers

/** A sandbox for the tests of a file, and clients of commands without an account. */
export function useStdio() {
  const sandbox = createSandbox()
  let platform: Awaited<ReturnType<typeof sandbox.listen>>
  const folder = mkdtempSync(join(tmpdir(), 'cloudways-browser-'))
  /** Run after each test, in this order. */
  const ends: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    platform = await sandbox.listen()
  })
  beforeEach(() => sandbox.reset())
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })
  afterAll(async () => {
    await platform.close()
    rmSync(folder, { recursive: true })
  })

  const environment = (env: Record<string, string> = {}) => ({ CLOUDWAYS_API_URL: platform.url, ...env })
  const token = () => ({ access_token: sandbox.credentials.accessToken })

  return {
    sandbox,
    ends,
    environment,
    token,

    /** Without a person, the client can't ask anybody. */
    async connect(env: Record<string, string> = {}, person?: Person): Promise<Session> {
      const { transport, stderr } = stdioServer(['stdio'], environment(env))
      const capabilities = person ? { elicitation: { url: {} } } : {}
      const client = new Client(
        { name: 'test-agent', title: 'Test Agent', version: '1' },
        { capabilities, ...keptValidators },
      )
      const session: Session = {
        client,
        call: async (name, input = {}, options = {}) =>
          (await client.callTool({ name, arguments: input }, undefined, options)) as CallToolResult,
        asked: [],
        completed: [],
        errors: [],
        stderr,
      }
      if (person) {
        client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
          session.asked.push(params as ElicitRequestURLParams)
          return { action: await person(params as ElicitRequestURLParams) }
        })
        client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
          session.completed.push(params.elicitationId)
        })
      }
      client.onerror = (error) => session.errors.push(error)
      await client.connect(transport)
      ends.push(() => client.close())
      return session
    },

    /** A person who signs in beside the client. The server is ended only after the page has answered. */
    signsIn({ url }: ElicitRequestURLParams): Answer {
      const answered = signInAt(url, token()).then(({ status }) => expect(status).toBe(200))
      // A failure is reported when the test ends.
      answered.catch(() => {})
      ends.unshift(() => answered)
      return 'accept'
    },

    /** A browser that only writes down where it was sent. */
    browser(): { env: Record<string, string>; url: () => string | undefined } {
      const log = join(mkdtempSync(join(folder, 'b-')), 'url')
      const program = `${log}.sh`
      writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${log}'\n`)
      chmodSync(program, 0o755)
      return {
        env: { BROWSER: program },
        url: () => (existsSync(log) && readFileSync(log, 'utf8').trim()) || undefined,
      }
    },
  }
}
