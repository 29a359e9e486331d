/** The built-in fake account. Its code is loaded only with `--sandbox`. @module */
import type { Sandbox } from '../sandbox/index.ts'
import type { Invocation } from './args.ts'

export async function sandboxOf({ switches }: Invocation): Promise<Sandbox | undefined> {
  return switches.has('sandbox') ? (await import('../sandbox/index.ts')).createSandbox() : undefined
}
