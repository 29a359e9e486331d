/** The tools as the Model Context Protocol wants them. No SDK here. @module */
import { version } from '../../base/version.ts'
import { fenceSentence } from '../../core/answer/untrusted.ts'
import type { ToolDescription } from '../../core/declare/describe.ts'
import type { Toolkit } from '../../core/toolkit.ts'
import type { ToolMap } from '../../core/types/tool.ts'

/** How our own servers call themselves. */
export const serverInfo = { name: 'cloudways-tools', title: 'Cloudways', version }

/**
 * Saves time: the SDK would make a JSON Schema validator for every server. Only its `elicitInput` with a form uses
 * the validator, and this package reads the answers to forms itself.
 */
export const noValidator = {
  getValidator: () => {
    throw new Error('The answers to forms are read without a validator.')
  },
}

/** One row of `tools/list`. */
type McpTool = Pick<
  ToolDescription,
  'name' | 'title' | 'description' | 'inputSchema' | 'outputSchema' | 'annotations'
>

const lists = new WeakMap<readonly ToolDescription[], readonly McpTool[]>()

/** The rows of `tools/list`. They are made once for a set of tools; it is the same array every time. */
export function listTools<T extends ToolMap>(toolkit: Toolkit<T>): readonly McpTool[] {
  const descriptions = toolkit.list()
  const known = lists.get(descriptions)
  if (known) return known
  const list = descriptions.map(({ name, title, description, inputSchema, outputSchema, annotations }) => ({
    name,
    title,
    description,
    inputSchema,
    outputSchema,
    annotations,
  }))
  lists.set(descriptions, list)
  return list
}

/** What a model should know before its first call, about 120 tokens. */
export function instructions<T extends ToolMap>(toolkit: Toolkit<T>): string {
  const has = (name: string) => Object.hasOwn(toolkit.tools, name)
  const sources = ['list_servers', 'list_apps'].filter(has).join(' and ')
  return [
    'Tools for one Cloudways hosting account: its servers, and the apps on each.',
    sources && `Ids come from ${sources}: never guess one. An app_id goes with the server_id of its server.`,
    has('get_operation') &&
      'Long work may answer an operation that is still running: ask get_operation, do not start it again.',
    toolkit.list().some(({ risk }) => risk !== 'read') &&
      'A change that needs a person is answered with its plan: show it, do what the answer says.',
    has('preview_change') && 'preview_change tells before.',
    'Errors say what happened and whose turn it is. Passwords and keys are hidden.',
    fenceSentence,
  ]
    .filter(Boolean)
    .join(' ')
}
