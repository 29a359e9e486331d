import type { CloudwaysOptions } from 'cloudways-tools'
import { describe, expect, it } from 'vitest'
import { plantedEstate } from '../../support/planted.ts'
import { toolkitOn, unguarded } from '../../support/toolkit.ts'
import { failure } from '../../support/upstream.ts'

type Planted = ReturnType<typeof plantedEstate>['sandbox']
type Toolkit = ReturnType<typeof toolkitOn>

/** The toolkit and what it says helps, by kind, over an estate in which every kind is found. */
async function helpsWith(
  options: CloudwaysOptions | ((kit: Planted) => CloudwaysOptions),
  prepare = async (_: Toolkit) => {},
) {
  const { sandbox } = plantedEstate(12, 41)
  const [server] = sandbox.state.servers
  Object.assign(server as object, { status: 'stopped' })
  const cloudways = toolkitOn(sandbox, {
    ...unguarded,
    ...(typeof options === 'function' ? options(sandbox) : options),
  })
  await prepare(cloudways)
  const { findings } = await cloudways.call('account_health', {})
  const helps = Object.fromEntries(findings.map(({ kind, helps }) => [kind, helps?.tool]))
  return { helps, listed: cloudways.list().map(({ name }) => name) }
}

const named = (helps: Record<string, string | undefined>) =>
  Object.values(helps).filter((name) => name !== undefined)

describe('what a finding says that helps', () => {
  it('is a listed tool for every kind that has one', async () => {
    const { helps, listed } = await helpsWith({})
    expect(named(helps).length).toBeGreaterThan(5)
    expect(helps.server_stopped).toBe('start_server')
    for (const name of named(helps)) expect(listed).toContain(name)
  })

  it.each<[string, CloudwaysOptions, string[]]>([
    ['read-only', { readOnly: true }, ['start_server', 'install_letsencrypt', 'enforce_app_https']],
    ['with the reports alone', { toolsets: ['estate'] }, ['start_server', 'get_server_analytics']],
    ['with a tool left out', { excludeTools: ['disk_report'] }, ['disk_report']],
    [
      'with chosen tools',
      { tools: ['account_health', 'install_letsencrypt'] },
      ['start_server', 'disk_report'],
    ],
  ])('is none that is hidden: %s', async (_, options, hidden) => {
    const { helps, listed } = await helpsWith(options)
    expect(Object.keys(helps).length).toBeGreaterThan(5)
    for (const name of named(helps)) expect(listed).toContain(name)
    for (const name of hidden) expect(named(helps)).not.toContain(name)
  })

  it('is none that the role of the token is known to refuse', async () => {
    const { helps } = await helpsWith(
      ({ credentials }) => ({ credentials: { accessToken: credentials.readToken } }),
      async (cloudways) => {
        const [server] = (await cloudways.call('list_servers', {})).servers
        await failure(cloudways.call('start_server', { server_id: String(server?.id) }))
      },
    )
    expect(Object.keys(helps)).toContain('server_stopped')
    expect(named(helps)).not.toContain('start_server')
    expect(named(helps)).toContain('enforce_app_https')
  })

  it('is none that reaches beyond the scope', async () => {
    const { helps } = await helpsWith(({ state }) => ({ apps: state.apps.slice(0, 2).map(({ id }) => id) }))
    expect(Object.keys(helps)).toContain('server_stopped')
    expect(named(helps)).not.toContain('start_server')
  })
})
