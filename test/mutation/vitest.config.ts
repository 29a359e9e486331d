/** The tests of one part, in one project: the mutants are switched on in the processes that run them. */
import type { ViteUserConfig } from 'vitest/config'
import base from '../vitest.config.ts'
import { parts } from './parts.ts'

const { projects: _, reporters: __, ...test } = base.test ?? {}
const part = parts[process.env.MUTATION_PART ?? '']

export default { ...base, test: { ...test, include: part?.tests ?? [] } } satisfies ViteUserConfig
