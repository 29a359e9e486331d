/** Where an app is and who gets in there, as far as the list of servers tells. @module */
import * as z from 'zod'
import { operationAnd } from '../core/declare/operation.ts'
import { object, readRows, rowsOf, textOf } from '../core/send/inventory.ts'
import type { Made, RunContext } from '../core/types/tool.ts'
import { isCloudwaysError } from '../errors.ts'
import type { AppTarget } from './effects.ts'
import { compactApp, findApp } from './inventory.ts'
import { id, maybe, row } from './outputs.ts'

const orNull = (value: unknown) => textOf(value) || null

/** Host, folder and users of an app. What can't be read costs itself: the users of the app are told all the same. */
export async function placeOf({ server_id, app_id }: AppTarget, context: RunContext) {
  const unknown = { host: null, folder: null, app_user: null, master_user: null }
  try {
    const server = (await context.rows()).find(({ id }) => textOf(id) === server_id)
    const app = rowsOf(server?.apps).find(({ id }) => textOf(id) === app_id)
    return {
      host: orNull(server?.public_ip),
      folder: orNull(app?.webroot),
      app_user: orNull(app?.sys_user),
      master_user: orNull(server?.master_user),
    }
  } catch (error) {
    context.signal.throwIfAborted()
    if (!isCloudwaysError(error)) throw error
    return { ...unknown, not_read: error.message }
  }
}

/** The answer of a call that made an app. */
export const madeApp = operationAnd({
  app_id: maybe(id),
  label: maybe(z.string()),
  type: maybe(z.string()),
  domain: maybe(z.string()),
  project: maybe(row({ id, name: z.string().nullable() })).describe('null: in none'),
  deletion: z.string().optional(),
})

/** Where the new app is, and that nobody here can delete it where that is so. */
export async function newApp(
  { server_id }: Pick<AppTarget, 'server_id'>,
  context: RunContext,
  { answer }: Made,
) {
  const app_id = textOf(answer.app_id)
  const deletion = (await context.proposable({ tool: 'delete_app', input: { server_id, app_id } }))
    ? {}
    : {
        deletion:
          'No tool that is listed here deletes an app: a person deletes it in the Cloudways platform.',
      }
  if (!app_id) {
    return {
      ...deletion,
      not_read: 'Cloudways did not answer the id of the new app: list_apps finds it by its label.',
    }
  }
  try {
    const app = await findApp(context, server_id, app_id)
    const { label, type, domain } = compactApp(app)
    return { app_id, label, type, domain, ...(await projectOf(app.project_id, context)), ...deletion }
  } catch (error) {
    if (!isCloudwaysError(error)) throw error
    return { app_id, ...deletion, not_read: error.message }
  }
}

/** Nothing where Cloudways does not tell of a project. */
async function projectOf(project_id: unknown, { send }: RunContext) {
  if (project_id === undefined) return {}
  const id = textOf(project_id)
  if (!id || id === '0') return { project: null }
  const body = await send({ method: 'GET', path: '/project' }).catch((error: unknown) => {
    if (isCloudwaysError(error)) return null
    throw error
  })
  const found = readRows(object(body)?.projects)?.find((one) => textOf(one.id) === id)
  return { project: { id, name: orNull(found?.name) } }
}
