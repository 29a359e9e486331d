/**
 * The tools that a configuration chose.
 *
 * @module
 */
import { type Cloudways, createCloudways } from '../../cloudways.ts'
import type { CloudwaysOptions } from '../../cloudways-options.ts'
import type { Selection } from '../../core/types/call.ts'
import { InputError } from '../../errors.ts'
import { type Config, policyOf, selectionOf } from '../config/config.ts'

/** The visible tools without connections: enough to list and describe them. */
export function visibleTools(config: Config): Cloudways {
  return createConfigured(config, { ...policyOf(config, 'refuse'), rateLimit: null })
}

/** @throws InputError that names the variable with a wrong name in it, or when no tool is left. */
export function createConfigured(config: Config, options: CloudwaysOptions): Cloudways {
  const all = createCloudways(options)
  const selection = selectionOf(config)
  checkNames(all, 'TOOLSETS', { toolsets: selection.toolsets })
  checkNames(all, 'TOOLS', { tools: selection.tools })
  checkNames(all, 'EXCLUDE_TOOLS', { excludeTools: selection.excludeTools })
  const cloudways = all.select(selection)
  if (Object.keys(cloudways.tools).length > 0) return cloudways
  throw new InputError(
    'TOOLSETS, TOOLS, EXCLUDE_TOOLS and READ_ONLY together leave no tool.',
    'Choose at least one tool; READ_ONLY leaves out all that change something.',
  )
}

/** Checks one variable at a time, so that the error can name the variable. */
function checkNames(all: Cloudways, variable: string, selection: Selection): void {
  try {
    all.select(selection)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError(`${variable}: ${error.message}`, error.next, { ...error.details, variable })
  }
}
