/** Cloudways can't be asked when a server on stdio starts: it starts all the same, and nothing unprotected is changed. */
import { expect, it } from 'vitest'
import { until } from './run.ts'
import { textOf, useStdio } from './stdio-client.ts'

const { sandbox, connect } = useStdio()

const env = (PROTECT: string) => ({
  CLOUDWAYS_ACCESS_TOKEN: sandbox.credentials.accessToken,
  ...{ CONFIRM: 'never', WAIT_SECONDS: '0', PROTECT },
})
const down = () => sandbox.fail({ method: 'GET', path: '/server', status: 500, times: 1000 })
const other = { server_id: '70024' }

it('reads, refuses changes while PROTECT is unchecked, and checks it with the next change', async () => {
  const heal = down()
  const session = await connect(env('shop'))
  expect((await session.call('ping')).isError).toBeFalsy()
  for (let count = 0; count < 2; count++) {
    const refused = await session.call('restart_server', other)
    expect(textOf(refused)).toMatch(/^PROTECT could not be checked, so nothing was done: /)
    expect(textOf(refused)).toContain('Try again in a minute')
  }
  expect(sandbox.mutations).toEqual([])
  // stderr is another pipe, so its text may come after the answer.
  await until(() => session.stderr().includes('event=call tool=restart_server'))
  heal()
  expect((await session.call('restart_server', other)).isError).toBeFalsy()
  expect(sandbox.mutations).toHaveLength(1)
  expect(textOf(await session.call('restart_server', { server_id: '70011' }))).toContain('shop')
  expect(sandbox.mutations).toHaveLength(1)
})

it('refuses every call once a name turns out to be wrong', async () => {
  const heal = down()
  const session = await connect(env('shpo'))
  await session.call('restart_server', other)
  heal()
  for (const name of ['restart_server', 'ping', 'list_servers']) {
    const refused = textOf(await session.call(name, name === 'restart_server' ? other : {}))
    expect(refused).toMatch(/^This server is not set up, so nothing was sent\. PROTECT: no server or app is/)
    expect(refused).toContain('Then start this server again.')
  }
  expect(sandbox.mutations).toEqual([])
})

it('starts without a network, and says so in each call', async () => {
  const session = await connect({ ...env('shop'), CLOUDWAYS_API_URL: 'http://127.0.0.1:9' })
  expect((await session.client.listTools()).tools.length).toBeGreaterThan(0)
  expect(textOf(await session.call('ping'))).toMatch(/^Cloudways can't be reached/)
  expect(textOf(await session.call('restart_server', other))).toContain('PROTECT could not be checked')
})
