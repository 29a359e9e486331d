import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { object, oneLine, textOf } from '../core/send/inventory.ts'
import { InputError } from '../errors.ts'
import { project } from './ids.ts'
import { id, told } from './outputs.ts'
import { id as idText, label } from './params.ts'
import { type Project, placesIn, placesOf, readProject } from './project-list.ts'

const appIds = () => z.array(idText('must be the id of an app; list_apps lists the apps')).max(500)

const state = z.looseObject({ name: z.string(), app_ids: z.array(z.string()) })

const projects_ = { tool: 'list_projects', input: {} }

interface Change {
  project_id: string
  name?: string
  add_app_ids?: string[]
  remove_app_ids?: string[]
}

function nextProject(
  { name, add_app_ids: add = [], remove_app_ids: remove = [] }: Change,
  now: Project,
): Project {
  const refuse = (problem: string) => new InputError(`update_project: ${problem}`, 'Nothing was changed.')
  if (!name && add.length + remove.length === 0) throw refuse('give name, add_app_ids or remove_app_ids.')
  const both = add.find((one) => remove.includes(one))
  if (both) throw refuse(`app ${both} is in add_app_ids and in remove_app_ids.`)
  const stay = now.app_ids.filter((one) => !remove.includes(one))
  return { name: name ?? now.name, app_ids: [...new Set([...stay, ...add])] }
}

const apps = (count: number) => (count === 1 ? '1 app' : `${count} apps`)

const nameIn = (now: unknown) => {
  const known = state.safeParse(now)
  return known.success ? ` "${oneLine(known.data.name.replaceAll('"', "'"), 60)}"` : ''
}

export const projects = defineTools(
  'projects',
  {
    create_project: {
      title: 'Create project',
      description:
        'Makes a project that groups apps for the team. Apps that are in another project leave it. Returns the project with its id.',
      risk: 'write',
      aliases: ['project_create'],
      input: { name: label(), app_ids: appIds().optional().describe('Apps to put into it') },
      output: z.looseObject({ project: z.looseObject({ id: told(id), name: told(z.string()) }) }),
      creates: true,
      touches: ({ app_ids = [] }, rows) => ({ changes: placesOf('create_project', app_ids, rows) }),
      effects: {
        impact: ({ name, app_ids = [] }) =>
          `The team sees a new project, ${oneLine(name, 100)}, with ${apps(app_ids.length)}. An app in it leaves its former project. Visitors notice nothing.`,
        undo: 'delete_project with the id of the answer; its apps then are in no project',
      },
      settle: () => projects_,
      request: ({ name, app_ids = [] }) => ({
        method: 'POST',
        path: '/project',
        body: { name, app_ids: [...new Set(app_ids)].join(',') },
      }),
      answer: (body) => {
        const row = object(object(body)?.project)
        return { project: { id: textOf(row?.id) || null, name: textOf(row?.name) || null } }
      },
    },

    update_project: {
      title: 'Change project',
      description:
        'Renames a project, or adds and removes apps; the others stay in it. An added app leaves its former project. Returns name and apps before and after.',
      risk: 'write',
      aliases: ['project_update'],
      input: {
        project_id: project(),
        name: label().optional(),
        add_app_ids: appIds().optional(),
        remove_app_ids: appIds().optional(),
      },
      output: z.looseObject({ before: state, after: state.nullable(), changed: z.boolean() }),
      touches: ({ project_id, add_app_ids = [], remove_app_ids = [] }, rows) => ({
        changes: placesOf('update_project', [...add_app_ids, ...remove_app_ids], rows),
        reads: placesIn(project_id, rows),
      }),
      effects: {
        impact: ({ name, add_app_ids = [], remove_app_ids = [] }, { now }) => {
          const parts = [
            name && `is called ${oneLine(name, 100)}`,
            add_app_ids.length > 0 && `gets ${apps(add_app_ids.length)}`,
            remove_app_ids.length > 0 && `loses ${apps(remove_app_ids.length)}`,
          ]
          return `The project${nameIn(now)} ${parts.filter(Boolean).join(', ') || 'stays as it is'}. It is an order for the team; visitors notice nothing.`
        },
        undo: 'the same tool the other way round; an added app does not go back to its former project by itself',
        inverse: ({ project_id, name, add_app_ids = [], remove_app_ids = [] }, { now }) => {
          const before = state.safeParse(now)
          if (!before.success || add_app_ids.some((one) => !before.data.app_ids.includes(one)))
            return undefined
          const back = remove_app_ids.filter((one) => before.data.app_ids.includes(one))
          const isRenamed = name !== undefined && name !== before.data.name
          if (back.length === 0 && !isRenamed) return undefined
          return {
            tool: 'update_project',
            input: {
              project_id,
              ...(isRenamed && { name: before.data.name }),
              ...(back.length > 0 && { add_app_ids: back }),
            },
          }
        },
      },
      settle: ({ name, add_app_ids = [], remove_app_ids = [] }) =>
        name && add_app_ids.length + remove_app_ids.length === 0
          ? projects_
          : { tool: 'list_apps', input: { detail: 'full', fields: ['id', 'label', 'project_id'] } },
      lock: ({ project_id }) => `project:${project_id}`,
      edit: {
        read: ({ project_id }, context) => readProject(project_id, context),
        next: (input, now) => nextProject(input, now as Project),
        write: ({ project_id }, next) => {
          const { name, app_ids } = next as Project
          return { method: 'PUT', path: `/project/${project_id}`, body: { name, app_ids: app_ids.join(',') } }
        },
      },
    },

    delete_project: {
      title: 'Delete project',
      description: 'Deletes a project; its apps stay and keep running, in no project. Returns done.',
      risk: 'destructive',
      aliases: ['project_delete'],
      input: { project_id: project() },
      output: z.looseObject({ done: z.boolean() }),
      touches: ({ project_id }, rows) => ({ changes: placesIn(project_id, rows) }),
      effects: {
        impact: (_, { now }) => {
          const known = state.safeParse(now)
          const count = known.success ? ` of its ${apps(known.data.app_ids.length)}` : ''
          return `The grouping${count} in the project${nameIn(now)} is lost. The apps themselves stay online.`
        },
        undo: 'create_project with the same name and apps; it then has another id',
        now: ({ project_id }, context) => readProject(project_id, context),
      },
      settle: () => projects_,
      request: ({ project_id }) => ({ method: 'DELETE', path: `/project/${project_id}` }),
      answer: () => ({ done: true }),
    },
  },
  { core: false },
)
