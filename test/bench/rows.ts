/**
 * The rows of the benchmark that need no Redis.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { createCloudways } from 'cloudways-tools'
import { createKeepAlive } from 'cloudways-tools/server'
import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { listTools } from '../../src/adapters/mcp/describe.ts'
import { innocents } from '../core/corpus/innocents.ts'
import { score } from '../core/corpus/score.ts'
import { secrets } from '../core/corpus/secrets.ts'
import { start } from './children.ts'
import { cpuOfCall } from './mcp-load.ts'
import { cpuOf, row, sideBySide, times, tokens } from './measure.ts'
import { firstListOf } from './stdio.ts'

const core = createCloudways().list().length
const credentials = { accessToken: 'cw_bench_token' }

/** A tool as a plain function, against fetch and JSON.parse alone. */
export async function functionCall(): Promise<void> {
  const upstream = await start('./upstream.ts')
  const apiUrl = `http://127.0.0.1:${upstream.port}`
  const kept = createKeepAlive()
  await againstFetch('a tool as a plain function, CPU', apiUrl)
  await againstFetch('the same on kept connections (createKeepAlive), CPU', apiUrl, kept.fetch)
  await listServers(apiUrl)
  kept.close()
  upstream.stop()
}

async function againstFetch(what: string, apiUrl: string, ours?: typeof fetch): Promise<void> {
  const cloudways = createCloudways({ credentials, apiUrl, rateLimit: always, ...(ours && { fetch: ours }) })
  const calls = 400
  const input = { server_id: '1', app_id: '2' }
  const pair = await sideBySide(
    9,
    () =>
      cpuOf(async () => {
        for (let call = 0; call < calls; call++) await cloudways.call('get_git_ssh_key', input)
      }),
    () =>
      cpuOf(async () => {
        for (let call = 0; call < calls; call++) {
          const response = await fetch(`${apiUrl}/git/key?server_id=1&app_id=2`, {
            headers: { authorization: 'Bearer cw_bench_token' },
          })
          JSON.parse(await response.text())
        }
      }),
  )
  row(what, times(pair), 'against fetch + JSON.parse', '1.25x')
}

const always = {
  take: async () => ({ allowed: true, limit: 1, remaining: 1, retryAfter: 0 }),
  peek: async () => ({ allowed: true, limit: 1, remaining: 1, retryAfter: 0 }),
  block: async () => {},
}

async function listServers(apiUrl: string): Promise<void> {
  const cloudways = createCloudways({ credentials, apiUrl })
  const upstream = await (await fetch(`${apiUrl}/server`)).text()
  const answer = JSON.stringify(await cloudways.call('list_servers', {}))
  const size = (text: string) => `${(text.length / 1000).toFixed(1)} kB`
  row(
    'list_servers, 20 servers x 10 apps: what the model gets',
    size(answer),
    `of ${size(upstream)} (${encode(answer).length} of ${encode(upstream).length} tokens)`,
    'under 6 kB',
  )
}

/** An MCP call over HTTP without network to the platform and without a limit: what the handler itself costs. */
export async function httpCall(): Promise<void> {
  for (const name of ['ours', 'ours-250']) {
    // Both fresh: a server that has run before is warmer.
    const thin = await start('./mcp-server.ts', 'thin')
    const child = await start('./mcp-server.ts', name)
    const pair = await sideBySide(
      9,
      () => cpuOfCall(child),
      () => cpuOfCall(thin),
    )
    row(
      `the bare handler, ${name === 'ours' ? core : 250} tools, CPU of an MCP call over HTTP`,
      times(pair),
      'against a thin server that registers its tool each time',
      '1.0x',
    )
    child.stop()
    thin.stop()
  }
}

/** What tools/list costs: tokens for the model, milliseconds for the server. */
export function toolsList(): void {
  const cloudways = createCloudways()
  const started = performance.now()
  const list = listTools(cloudways)
  const first = performance.now() - started
  const rounds = 1000
  const again = performance.now()
  for (let round = 0; round < rounds; round++) listTools(cloudways.withCredentials(credentials))
  const each = (performance.now() - again) / rounds
  const total = list.reduce(
    (sum, { name, description, inputSchema }) => sum + tokens({ name, description, inputSchema }),
    0,
  )
  row(
    'tools/list, tokens a tool (name, description, input schema)',
    (total / list.length).toFixed(0),
    `${total} for ${list.length} tools, o200k`,
    '100',
  )
  row(
    'tools/list again, another account',
    `${each.toFixed(3)} ms`,
    `first ${first.toFixed(0)} ms`,
    'under 1 ms',
  )
}

/** How well the net for secrets in free text tells them from other texts. */
export function redaction(): void {
  const { caught, kept } = score()
  const all = `of ${secrets.length} texts with a secret, ${innocents.length} without`
  row('secrets caught, innocent texts kept, by the corpus', `${caught} %, ${kept} %`, all, '100 %, 100 %')
}

/** Cold start over stdio to the first tools/list. Needs a build. */
export async function coldStart(): Promise<void> {
  const path = (file: string) => fileURLToPath(new URL(file, import.meta.url))
  const pair = await sideBySide(
    9,
    () =>
      firstListOf([path('../../dist/cli/main.js'), 'stdio'], {
        CLOUDWAYS_ACCESS_TOKEN: credentials.accessToken,
      }),
    () => firstListOf([path('./thin-stdio.mjs')]),
  )
  row(
    `cold start over stdio to the first tools/list, ${core} tools`,
    times(pair),
    `${pair.ours.toFixed(0)} ms, the thinnest server ${pair.theirs.toFixed(0)} ms`,
    '0.8x',
  )
}
