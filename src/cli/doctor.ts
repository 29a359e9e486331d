/** `cloudways-tools doctor`: does what is configured here work? @module */
import { errorText, InputError, isCloudwaysError } from '../errors.ts'
import { type Config, checkExposure, keysOf, readConfig } from '../server/config.ts'
import { openServices, type Services, visibleTools } from '../server/services.ts'
import { version } from '../version.ts'
import type { Invocation } from './args.ts'
import { note } from './output.ts'
import { sandboxOf } from './sandbox.ts'

/** A finding in words, after the name of what was looked at. */
type Finding = { state: 'ok' | 'note' | 'FAIL'; text: string }

/** Prints one line per check on stdout. Exit code 0 when none failed. */
export async function runDoctor(invocation: Invocation): Promise<number> {
  let failed = 0
  async function check<T>(name: string, look: () => T | Promise<T>, tell: (value: T) => string | Finding) {
    try {
      const value = await look()
      const told = tell(value)
      print(name, typeof told === 'string' ? { state: 'ok', text: told } : told)
      return value
    } catch (error) {
      if (!isCloudwaysError(error)) throw error
      failed++
      print(name, { state: 'FAIL', text: errorText(error) })
      return undefined
    }
  }

  await check('Node.js', checkNode, (found) => `${found}, cloudways-tools ${version}`)
  const config = await check(
    'Configuration',
    () => readConfig(process.env),
    () => 'every variable is well-formed',
  )
  if (!config) return 1
  await check(
    'Tools',
    () => visibleTools(config).list().length,
    (count) => `${count} visible`,
  )
  await check(
    'HTTP',
    () => (invocation.switches.has('sandbox') ? undefined : checkExposure(config)),
    () => `${config.host}:${config.port}, reached as ${config.authBaseUrl}`,
  )
  const sandbox = await sandboxOf(invocation)
  const services = await check(
    'State',
    async () => roundTrip(await openServices(config, { sandbox })),
    () => stateOf(config),
  )
  if (services) {
    await check('Account', () => askAccount(services), tellAccount)
    await services.dispose()
  }
  if (failed > 0) note(failed === 1 ? 'One check failed.' : `${failed} checks failed.`)
  return failed > 0 ? 1 : 0
}

function print(name: string, { state, text }: Finding): void {
  process.stdout.write(`${state.padEnd(4)}  ${name.padEnd(13)}  ${text}\n`)
}

function checkNode(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return process.versions.node
  throw new InputError(`${process.versions.node} is too old.`, 'Install 20.19 or newer.')
}

async function roundTrip(services: Services): Promise<Services> {
  const key = `doctor:${crypto.randomUUID()}`
  try {
    await services.storage.set(key, true, { ttl: 10 })
    await services.storage.delete(key)
    return services
  } catch (error) {
    await services.dispose()
    throw error
  }
}

function stateOf(config: Config): string {
  const keys = keysOf(config.encryptionKey).length
  const sealed = keys > 0 ? `, sealed with ${keys === 1 ? 'one key' : `the first of ${keys} keys`}` : ''
  return `${config.redisUrl ? 'in Redis' : config.storageDir ? 'in STORAGE_DIR' : 'in memory'}, works${sealed}`
}

async function askAccount({ cloudways, account }: Services) {
  if (account === 'none' || !Object.hasOwn(cloudways.tools, 'ping')) return { account }
  return { account, answer: await cloudways.call('ping', {}) }
}

function tellAccount({ account, answer }: Awaited<ReturnType<typeof askAccount>>): Finding {
  if (account === 'none') {
    return { state: 'note', text: 'no credentials here: each HTTP request brings its own, stdio calls fail' }
  }
  if (!answer) return { state: 'note', text: 'not asked: the tool ping is not visible' }
  const from = account === 'sandbox' ? 'the sandbox' : answer.api_url
  return { state: 'ok', text: `${answer.credential} works at ${from}, answered in ${answer.milliseconds} ms` }
}
