/** `cloudways-tools install`: writes the server into the file of a client. @module */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname } from 'node:path'
import { nearest } from '../base/options.ts'
import { InputError } from '../errors.ts'
import {
  type Client,
  type ClientName,
  clients,
  type Machine,
  type Server,
  startOf,
} from '../server/clients.ts'
import { readConfig } from '../server/config/config.ts'
import { isAccount } from '../server/config/names.ts'
import { accountFilePrefix, accountPrefix, variableList } from '../server/config/variables.ts'
import type { Invocation } from './args.ts'
import { snippetOf, withEntry } from './client-file.ts'

export async function runInstall({ arguments: given, switches, url }: Invocation): Promise<number> {
  const machine: Machine = {
    platform: process.platform,
    home: homedir(),
    folder: process.cwd(),
    env: process.env,
  }
  const [name, ...pairs] = given
  if (name === undefined) {
    const rows = Object.entries<Client>(clients).map(([key, { title, file }]) => [key, title, file(machine)])
    const lines = rows.map(
      ([key = '', title = '', file = '']) => `${key.padEnd(15)} ${title.padEnd(15)} ${file}`,
    )
    process.stdout.write(`${lines.join('\n')}\n`)
    return 0
  }
  const client: Client = clients[clientNamed(name)]
  const file = client.file(machine)
  const entry = client.entry(serverOf(machine, pairs, url))
  if (!entry) {
    throw new InputError(
      `${client.title} has no place for an address in its file.`,
      `Add ${url} in its settings, as a custom connector.`,
    )
  }
  if (switches.has('print')) {
    process.stderr.write(`${client.title}: ${file}\n`)
    process.stdout.write(snippetOf(client, entry))
    return 0
  }
  const before = await readOr(file)
  const after = withEntry(before ?? '', client, entry, switches.has('replace'))
  if (after === before) {
    process.stdout.write(`${client.title} has the server already: ${file}\n`)
    return 0
  }
  await write(file, after)
  process.stdout.write(`${client.title} has the server cloudways now: ${file}\n${client.after}\n`)
  if (!url) process.stdout.write('The first call gives a link, where a person signs in to Cloudways.\n')
  return 0
}

function clientNamed(name: string): ClientName {
  const plain = name.toLowerCase().replaceAll(/[\s_]+/g, '-')
  if (Object.hasOwn(clients, plain)) return plain as ClientName
  const meant = nearest(plain, Object.keys(clients))
  throw new InputError(
    `There is no client '${name.slice(0, 60)}'.`,
    meant ? `Did you mean ${meant}?` : `Clients: ${Object.keys(clients).join(', ')}.`,
  )
}

/** @throws InputError for a pair that the server would refuse, and for a secret: the file is no place for one. */
function serverOf(machine: Machine, pairs: readonly string[], url: string | undefined): Server {
  const env = Object.fromEntries(pairs.map(pairOf))
  if (url !== undefined) {
    if (pairs.length > 0)
      throw new InputError('Variables go with a server that is started here, not with --url.')
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new InputError('--url needs an address.', 'Write --url https://mcp.example.com/mcp.')
    }
    return { url }
  }
  // What is wrong is told now, and not when the client starts.
  readConfig(env)
  return startOf(machine, env)
}

function pairOf(pair: string): [string, string] {
  const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(pair) ?? []
  if (name === undefined || value === undefined) {
    throw new InputError(`'${pair.slice(0, 40)}' is not NAME=value.`, 'Write for example READ_ONLY=true.')
  }
  const file = fileInsteadOf(name)
  if (file) {
    throw new InputError(
      `${name} is a secret, and the file of a client is no place for one. Nothing was changed.`,
      `Leave it out: the first call gives a link to sign in. Or name a file that holds it: ${file}=/path.`,
    )
  }
  return [name, value]
}

/** The variable that names a file with this secret; `undefined` for what is no secret. */
function fileInsteadOf(name: string): string | undefined {
  if (isAccount(name)) return accountFilePrefix + name.slice(accountPrefix.length)
  const isSecret = variableList.some(([variable, { secret }]) => secret && variable === name)
  return isSecret
    ? (variableList.find(([, { fileOf }]) => fileOf === name)?.[0] ?? `${name}_FILE`)
    : undefined
}

async function readOr(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new InputError(`${file} can't be read (${code}).`, 'Nothing was changed.')
  }
}

/** The whole file or nothing, through a link to where it really is, and with the rights that it had. */
async function write(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file)
  const aside = `${target}.${randomUUID()}`
  try {
    await mkdir(dirname(target), { recursive: true })
    const mode = (await stat(target).catch(() => undefined))?.mode ?? 0o600
    const handle = await open(aside, 'wx', mode & 0o777)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(aside, target)
  } catch (error) {
    await rm(aside, { force: true })
    throw new InputError(
      `${file} can't be written (${(error as NodeJS.ErrnoException).code}). Nothing was changed.`,
      'Write the server by hand: --print shows it.',
    )
  }
}
