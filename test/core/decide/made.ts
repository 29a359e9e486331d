/** Tools, servers and calls made by hand: what decides about them is pure, so no toolkit has to be built. */
import fc from 'fast-check'
import * as z from 'zod'
import { tags } from '../../../src/core/declare/marks.ts'
import type { KindName } from '../../../src/core/platform.ts'
import type {
  AcceptedCall,
  InventoryApp,
  InventoryServer,
  Policy,
  Scope,
} from '../../../src/core/types/call.ts'
import { type Risk, risks } from '../../../src/core/types/plan.ts'
import type { AnyTool } from '../../../src/core/types/tool.ts'

export const tool = (parts: Partial<AnyTool> = {}): AnyTool => ({
  name: 'my_tool',
  title: 'My tool',
  description: 'Stands for a tool that somebody declared.',
  toolset: 'mine',
  core: true,
  risk: 'write',
  input: {},
  output: z.looseObject({}),
  ...parts,
})

/** An argument that names a thing of this kind. */
export function naming(names: KindName, besides?: true) {
  const id = z.string().min(1)
  tags.add(id, besides ? { names, besides } : { names })
  return id
}

/** The arguments most tools have. */
export const serverOnly = { server_id: naming('server') }
export const serverAndApp = { server_id: naming('server'), app_id: naming('app') }

/** The rules an operator gets who sets none. */
export const policy = (rules: Partial<Policy> = {}): Policy => ({
  servers: [],
  apps: [],
  protect: [],
  confirm: 'disruptive',
  confirmFallback: 'page',
  confirmBy: 'auto',
  backupHours: 24,
  ...rules,
})

export const scope = (servers: readonly string[], apps: readonly string[] = []): Scope => ({ servers, apps })

export const app = (id: string, label = `app ${id}`): InventoryApp => ({
  id,
  label,
  domain: null,
  cname: null,
})

export const server = (id: string, label = `server ${id}`, apps: InventoryApp[] = []): InventoryServer => ({
  id,
  label,
  status: 'running',
  apps,
})

/** A call as far as it is read here. */
export const call = (parts: object): AcceptedCall => parts as AcceptedCall

/** The error of something that must not go through. */
export async function refusal(
  work: () => unknown,
): Promise<{ name: string; rule: string; message: string; next: string }> {
  try {
    await work()
  } catch (error) {
    const { name, rule, message, next } = error as {
      name: string
      rule: string
      message: string
      next: string
    }
    return { name, rule, message, next }
  }
  throw new Error('It went through.')
}

/** What refuses a call about more than the apps of the scope. */
export const tooWide = (name: string, id: string) => ({
  name: 'PolicyError',
  rule: 'scope',
  message: `${name} is about the whole server ${id}, which also has apps outside of what this toolkit may touch.`,
  next: 'Do not retry. Tell the person which rule refused this.',
})

/** Servers 1 and 3 of the scope, as they are and as the scope cuts them; server 5 is outside. */
export const all = [
  server('1', 'one', [app('11', 'shop'), app('12', 'blog')]),
  server('3', 'three', [app('31', 'shop')]),
  server('5', 'five', [app('51', 'wiki')]),
]
export const ours = [server('1', 'one', [app('11', 'shop')]), server('3', 'three', [app('31', 'shop')])]

export const anyRisk = fc.constantFrom<Risk>(...risks)
export const anyChange = fc.constantFrom<Exclude<Risk, 'read'>>('write', 'disruptive', 'destructive')
export const anyThreshold = fc.constantFrom<Policy['confirm']>('write', 'disruptive', 'destructive', 'never')
