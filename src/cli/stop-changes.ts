/** `cloudways-tools stop-changes`: stops every change of every process on the same storage, or lets them go on. @module */
import { readStop, resumeChanges, type Stop, stopChanges } from '../core/control/stop.ts'
import { InputError } from '../errors.ts'
import { readConfig } from '../server/config/config.ts'
import { checkFolderAnswers } from '../server/http/reach-state.ts'
import { openState } from '../server/http/state.ts'
import type { Invocation } from './args.ts'
import { printJson } from './output.ts'

export async function runStopChanges({ switches, reason }: Invocation): Promise<number> {
  const resumes = switches.has('resume')
  if (resumes && reason !== undefined) {
    throw new InputError('--reason is for a stop, and --resume lifts it.', 'Give one of them.')
  }
  const config = readConfig(process.env)
  if (!config.redisUrl && !config.storageDir) {
    throw new InputError(
      'There is no storage that another process reads: neither REDIS_URL nor STORAGE_DIR is set.',
      'Give the command the configuration of the server (--config FILE). A server without a storage is stopped on its page /stop, or by ending it.',
    )
  }
  await checkFolderAnswers(config)
  const { storage, dispose } = await openState(config)
  try {
    const before = await readStop(storage)
    if (resumes) await resumeChanges(storage)
    const stop = resumes ? null : await stopChanges(storage, { by: 'command', reason })
    if (switches.has('json')) printJson({ stopped: stop !== null, ...(stop && shown(stop)) })
    else process.stdout.write(`${inWords(stop, before)}\n`)
    return 0
  } finally {
    await dispose()
  }
}

const shown = ({ at, reason }: Stop) => ({ since: new Date(at).toISOString(), reason })

function inWords(stop: Stop | null, before: Stop | null): string {
  if (!stop) return before ? 'Changes go on.' : 'Changes were not stopped: they go on.'
  const since = new Date(stop.at).toISOString()
  return [
    `Changes are stopped${before ? `, since ${since} already` : ''}: every process on this storage refuses them from now on. Reads go on, and what Cloudways has begun is not ended.`,
    'Let them go on: cloudways-tools stop-changes --resume',
  ].join('\n')
}
