import { createCloudways, defineTools } from 'cloudways-tools'
import { encode } from 'gpt-tokenizer'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { cannots } from '../../src/core/declare/cannots.ts'
import { cannotNamed, cannotPage, cannotSentence, whereOf } from '../../src/core/declare/impossible.ts'
import { coreTools } from '../../src/tools/index.ts'
import { setUp } from '../support/toolkit.ts'

const names = Object.keys(coreTools)

async function told(name: string, options: object = {}): Promise<string> {
  const error = await setUp(options as never)
    .cloudways.call(name as never, {} as never)
    .catch((reason: Error) => reason)
  return (error as Error).message
}

const next = async (name: string, options: object = {}): Promise<string> => {
  const error = await setUp(options as never)
    .cloudways.call(name as never, {} as never)
    .catch((reason: { next: string }) => reason)
  return (error as { next: string }).next
}

describe('a tool that nobody has', () => {
  it.each([
    ['create_app', 'create an app', 'Applications, Add Application'],
    ['createWordPressSite', 'create an app', 'Add Application'],
    ['app_create', 'create an app', 'Add Application'],
    ['delete_server', 'delete a server', 'the server in the list of Servers, Delete'],
    ['server_delete', 'delete a server', 'Delete'],
    ['move_app_to_another_server', 'move an app to another server', 'Clone App'],
    ['migrate_site', 'move an app to another server', 'Clone App'],
    ['run_wp_cli', 'run a command', 'over SSH'],
    ['ssh_exec', 'run a command', 'over SSH'],
    ['edit_file', 'read or edit files', 'over SFTP'],
    ['buy_domain', 'buy a domain', 'at a registrar'],
    ['get_invoices', 'show bills and costs', 'Billing'],
    ['create_api_token', 'make access tokens', 'API Integration'],
    ['resize_server', 'resize a server', 'Vertical Scaling'],
    ['get_error_logs', 'show logs', 'Logs'],
  ])('%s: no tool can %s', async (name, what, where) => {
    // Beyond the preset core there may be one.
    const tool = cannotNamed(name)?.tools.find((one) => names.includes(one))
    const beyond = `${tool} cannot be called here: the preset core leaves it out (preset all, toolsets or tools list it).`
    expect(await told(name)).toBe(tool ? beyond : `There is no tool ${name}: no tool here can ${what}.`)
    expect(cannotNamed(name)?.what).toBe(what)
    expect(await next(name)).toContain(where)
    expect(await next(name)).toMatch(/^A person does it/)
  })

  it('nothing is taken for something else', async () => {
    expect(await told('restart_sever')).toBe('There is no tool restart_sever; did you mean restart_server?')
    expect(await told('remove_app_cname')).not.toContain('delete an app')
    expect(await told('create_app_backup')).not.toContain('create an app')
    expect(await told('run_server')).not.toContain('run a command')
    expect(await told('x'.repeat(5000))).not.toContain('no tool here can')
  })

  it('a listed tool is named by any words for it', async () => {
    expect(await told('unban_customer_ip')).toContain('did you mean unblock_ip?')
    expect(await told('change_dns', { preset: 'all' })).toContain('did you mean add_dns_records?')
    expect(await told('change_dns')).toContain('add_dns_records cannot be called here: the preset core')
  })

  it('a tool that the operator forbids is no errand for a person', async () => {
    expect(await next('create_app', { readOnly: true })).not.toContain('A person does it')
    expect(await next('create_app', { excludeTools: ['create_app'] })).not.toContain('A person does it')
  })

  it('what these tools do instead is told where they are listed', async () => {
    expect(await next('create_app')).toContain('install_letsencrypt')
    expect(await next('create_app', { readOnly: true })).not.toContain('install_letsencrypt')
  })
})

const mine = (name: string) =>
  defineTools('mine', {
    [name]: {
      title: 'Mine',
      description: 'Makes something new for the test.',
      risk: 'write',
      input: {},
      output: z.looseObject({}),
      effects: { impact: 'Something is made.', undo: null },
      request: () => ({ method: 'POST', path: '/app', body: {} }),
    },
  } as never)

it('a tool that does it is named in place of a person, and one that is hidden says why', async () => {
  const extraTools = mine('get_billing') as never
  expect(await told('show_invoices', { extraTools })).toBe(
    'There is no tool show_invoices; did you mean get_billing?',
  )
  expect(await told('show_invoices', { extraTools, readOnly: true })).toBe(
    'get_billing cannot be called here: this toolkit is read-only.',
  )
  const listed = createCloudways({ extraTools })
    .list()
    .map(({ name }) => name)
  expect(cannotPage(listed)).not.toContain('show bills')
  expect(cannotSentence(names)).not.toContain('create an app')
})

describe('the table', () => {
  it('no name of a tool here is something that no tool can do', () => {
    const taken = names.filter((name) => cannotNamed(name))
    // Whatever is listed here has a tool for it already, so its row has to name that tool.
    expect(taken.filter((name) => !cannotNamed(name)?.tools.includes(name))).toEqual([])
  })

  it.each(cannots.map((row) => [row.what, row] as const))('%s', (_, row) => {
    const named = row.besides?.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []
    expect(named.filter((name) => !names.includes(name))).toEqual([])
    expect(encode(whereOf(row, names)).length).toBeLessThan(80)
    // A name of its own words is found.
    const name = row.words.map((words) => words.split(' ')[0]).join('_')
    expect(cannotNamed(name)?.what).toBeDefined()
  })
})
