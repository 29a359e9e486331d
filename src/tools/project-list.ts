/** A project and its apps. The platform tells the apps of a project in the rows of the apps alone. @module */
import { type Json, object, readRows, textOf, unknownShape } from '../core/send/inventory.ts'
import type { RunContext } from '../core/types/tool.ts'
import type { Place } from '../core/types/touched.ts'
import { InputError, UpstreamError } from '../errors.ts'

export interface Project {
  name: string
  app_ids: string[]
}

/** Every app with its server. @throws UpstreamError where the apps of a server can't be read. */
function appsOf(rows: readonly Json[]): { app: Json; place: Required<Place> }[] {
  return rows.flatMap((server) => {
    const apps = readRows(server.apps)
    if (!apps) throw unknownShape('the apps of a server')
    return apps.map((app) => ({ app, place: { server_id: textOf(server.id), app_id: textOf(app.id) } }))
  })
}

/** Where apps are that a call names. @throws InputError for one that the account does not have. */
export function placesOf(tool: string, app_ids: readonly string[], rows: readonly Json[]): Required<Place>[] {
  const all = appsOf(rows).map(({ place }) => place)
  return app_ids.map((id) => {
    const found = all.find(({ app_id }) => app_id === id)
    if (found) return found
    throw new InputError(
      `${tool}: this account has no app ${id}.`,
      'Nothing was changed. list_apps lists the apps.',
    )
  })
}

/** @throws UpstreamError where Cloudways does not tell which apps are in projects: they would fall out of it. */
export function placesIn(project_id: string, rows: readonly Json[]): Required<Place>[] {
  const apps = appsOf(rows)
  const isTold = ({ project_id }: Json) =>
    project_id === null || textOf(project_id) !== '' || project_id === ''
  if (!apps.every(({ app }) => isTold(app))) throw unknownShape('the project of an app')
  return apps.filter(({ app }) => textOf(app.project_id) === project_id).map(({ place }) => place)
}

/** @throws UpstreamError for a project that is not there. */
export async function readProject(project_id: string, context: RunContext): Promise<Project> {
  const projects = readRows(object(await context.send({ method: 'GET', path: '/project' }))?.projects)
  if (!projects) throw unknownShape('the projects')
  const found = projects.find(({ id }) => textOf(id) === project_id)
  if (!found) {
    throw new UpstreamError(
      `This account has no project ${project_id}.`,
      'list_projects lists the projects.',
      {
        reason: 'not_found',
      },
    )
  }
  const name = textOf(found.name)
  if (!name) throw unknownShape('the name of the project')
  const app_ids = placesIn(project_id, await context.rows()).map(({ app_id }) => app_id)
  return { name, app_ids }
}
