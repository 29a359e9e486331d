/** Secrets for a person at this machine: they go to a file, not to the model. @module */
import type { FoundSecrets } from '../../core/types/plan.ts'
import { createPrivateFiles } from './private-file.ts'

/** A file is removed after this time. */
export const secretMinutes = 5

/** A file with what was just made: no read tells it again. */
const newMinutes = 60

const minutesOf = ({ isNew }: FoundSecrets) => (isNew ? newMinutes : secretMinutes)

/** Keeps secrets in private files, for some minutes. */
export function createSecretFiles() {
  const short = createPrivateFiles('cloudways-tools-secrets-', secretMinutes * 60_000)
  const long = createPrivateFiles('cloudways-tools-new-', newMinutes * 60_000)

  /** Writes the values as JSON. @returns the path. */
  const write = ({ tool, target, values, isNew }: FoundSecrets): Promise<string> =>
    (isNew ? long : short).write('secrets.json', `${JSON.stringify({ tool, target, values }, null, 2)}\n`)

  return {
    write,
    /** A `KeepSecrets`: writes the values, and answers the sentence for the model. */
    keep: async (found: FoundSecrets): Promise<string> =>
      `A person on this machine finds them in ${await write(found)}, for ${minutesOf(found)} minutes and while this server runs.`,
    dispose() {
      short.dispose()
      long.dispose()
    },
  }
}
