/**
 * What people run: the command with its limiter, its sign-in and its logs over a real upstream, next to thin servers
 * over the same upstream.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signIn } from '../server/self-hosting/people.ts'
import { start, startCommand } from './children.ts'
import { cpuOfCall, openSession } from './mcp-load.ts'
import { row, sideBySide, times } from './measure.ts'

const token = 'cw_bench_token'

/** Headers of a caller whose token goes with each request, and of one who signed in on the page. */
const inHeader = async () => ({ 'x-cloudways-access-token': token })
const signedIn = async (base: string) => {
  const { token: bearer } = await signIn(base, { access_token: token })
  return { authorization: `Bearer ${bearer}` }
}

export async function commandRows(): Promise<void> {
  const upstream = await start('./upstream.ts')
  const apiUrl = `http://127.0.0.1:${upstream.port}`
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  // The defaults, but for a bucket that is never empty.
  const variables = { CLOUDWAYS_API_URL: apiUrl, RATE_LIMIT_REQUESTS: '1000000' }
  const audit = { AUDIT_FILE: join(folder, 'audit.jsonl') }
  await compare('token in a header', inHeader, apiUrl, variables)
  await compare('token in a header, audit file', inHeader, apiUrl, { ...variables, ...audit })
  await compare('signed in', signedIn, apiUrl, variables)
  upstream.stop()
  await rm(folder, { recursive: true, force: true })
}

/** One row: the command against both thin servers. All are fresh, as a server that has run before is warmer. */
async function compare(
  what: string,
  headersOf: (base: string) => Promise<Record<string, string>>,
  apiUrl: string,
  variables: Record<string, string>,
): Promise<void> {
  const ratios: string[] = []
  let own = 0
  for (const kind of ['stateless', 'stateful']) {
    const thin = await start('./thin-http.ts', kind, apiUrl)
    const command = await startCommand(variables)
    const headers = await headersOf(`http://localhost:${command.port}`)
    const session = kind === 'stateful' ? await openSession(thin) : {}
    const pair = await sideBySide(
      9,
      () => cpuOfCall(command, { headers }),
      () => cpuOfCall(thin, { headers: session }),
    )
    ratios.push(`${times(pair)} of the ${kind} (${pair.theirs.toFixed(2)})`)
    own ||= pair.ours
    command.stop()
    thin.stop()
  }
  row(`the command, ${what}, CPU of an MCP call`, `${own.toFixed(2)} ms`, ratios.join(', '), '1.0x, 1.3x')
}
