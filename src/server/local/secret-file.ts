/** Secrets for a person at this machine: they go to a file, not to the model. @module */
import type { FoundSecrets } from '../../core/types/plan.ts'
import { createPrivateFiles } from './private-file.ts'

/** A file is removed after this time. */
export const secretMinutes = 5

/** Keeps secrets in private files, for five minutes. */
export function createSecretFiles() {
  const { write: writeFile, dispose } = createPrivateFiles('cloudways-tools-secrets-', secretMinutes * 60_000)

  /** Writes the values as JSON. @returns the path. */
  const write = ({ tool, target, values }: FoundSecrets): Promise<string> =>
    writeFile('secrets.json', `${JSON.stringify({ tool, target, values }, null, 2)}\n`)

  return {
    write,
    /** A `KeepSecrets`: writes the values, and answers the sentence for the model. */
    keep: async (found: FoundSecrets): Promise<string> =>
      `A person on this machine finds them in ${await write(found)}, for ${secretMinutes} minutes and while this server runs.`,
    dispose,
  }
}
