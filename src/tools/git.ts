import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { addressText } from '../core/declare/marks.ts'
import { operation } from '../core/declare/operation.ts'
import { object, readRows, readTexts } from '../core/send/inventory.ts'
import type { SuggestedCall } from '../core/types/plan.ts'
import type { RunContext } from '../core/types/tool.ts'
import { type AppTarget, thenClearCache } from './effects.ts'
import { id, maybe, row } from './outputs.ts'
import { backupFirst, branchName, deployPath, gitUrl, serverApp } from './params.ts'

const read = ({ send }: RunContext, path: string, { server_id, app_id }: AppTarget) =>
  send({ method: 'GET', path, query: { server_id, app_id } })

/** The latest deployment, whose files are live. */
async function latestDeployment(target: AppTarget, context: RunContext) {
  const body = await read(context, '/git/history', target)
  const deployments = readRows(object(body)?.logs)
  // Nothing is said where nothing can be read: null would mean that there was no deployment.
  if (!deployments) return {}
  const [latest] = deployments
  const { git_url, branch_name, path, datetime } = latest ?? {}
  return { deployed: latest ? { git_url, branch_name, path, datetime } : null }
}

const history = ({ server_id, app_id }: AppTarget): SuggestedCall => ({
  tool: 'get_git_deployment_history',
  input: { server_id, app_id },
})

const downtime = 'moments, while the files change; longer if the branch does not run'

export const git = defineTools('git', {
  generate_git_ssh_key: {
    title: 'New deploy key',
    description:
      'Makes a new deploy key pair for an app and discards the current one. Deployments fail until get_git_ssh_key is registered at the Git host.',
    risk: 'destructive',
    alias: 'git_generate_key',
    input: serverApp,
    output: operation,
    mayEndAtOnce: true,
    effects: {
      impact: 'Deployments stop until the new public key is registered at the Git host.',
      undo: null,
      now: (input, context) => read(context, '/git/key', input),
    },
    // The first key replaces none.
    riskOf: (_, { now }) =>
      (now as { key?: unknown } | null)?.key === '' || (now as { key?: unknown } | null)?.key === null
        ? 'write'
        : 'destructive',
    // A repeat would discard the key that was just registered.
    creates: true,
    settle: ({ server_id, app_id }) => ({
      tool: 'get_git_ssh_key',
      input: { server_id, app_id },
      why: 'a key other than before is the new one',
    }),
    next: ({ server_id, app_id }) => [
      { tool: 'get_git_ssh_key', input: { server_id, app_id }, why: 'the key to register at the Git host' },
    ],
    request: (body) => ({ method: 'POST', path: '/git/generateKey', body }),
  },

  get_git_ssh_key: {
    title: 'Deploy key',
    description:
      'Reads the public deploy key of an app, to be registered at the Git host as a read-only key.',
    risk: 'read',
    alias: 'git_key_get',
    input: serverApp,
    output: z.looseObject({ key: z.string() }),
    request: (query) => ({ method: 'GET', path: '/git/key', query }),
  },

  git_clone: {
    title: 'Deploy from Git',
    description:
      'Clones a repository into an app, over the files that are there. For the first deployment; later ones use git_pull. The Git host must know get_git_ssh_key. Needs a recent backup: backup_app, or backup_first. Returns the operation.',
    risk: 'disruptive',
    alias: 'git_clone',
    input: {
      ...serverApp,
      git_url: gitUrl(),
      branch_name: branchName(),
      deploy_path: deployPath(),
      backup_first: backupFirst(),
    },
    output: operation,
    effects: {
      impact: ({ branch_name, git_url }) =>
        `The live files of the app are replaced by those of the branch ${branch_name} of ${git_url}.`,
      undo: 'restore_app',
      downtime,
      now: latestDeployment,
    },
    requires: 'recent backup',
    settle: history,
    next: thenClearCache,
    backupFirst: true,
    request: ({ backup_first: _, ...body }) => ({ method: 'POST', path: '/git/clone', body }),
  },

  git_pull: {
    title: 'Pull from Git',
    description:
      'Brings the latest commits of a branch into an app that was deployed with git_clone. Returns the operation; get_git_deployment_history shows how it went.',
    risk: 'disruptive',
    alias: 'git_pull',
    input: {
      ...serverApp,
      branch_name: branchName(),
      deploy_path: deployPath(),
      git_url: gitUrl().optional(),
      backup_first: backupFirst(),
    },
    output: operation,
    effects: {
      impact: ({ branch_name }) => `The live files of the app change to those of the branch ${branch_name}.`,
      undo: 'restore_app',
      downtime,
      now: latestDeployment,
    },
    settle: history,
    next: thenClearCache,
    backupFirst: true,
    request: ({ backup_first: _, ...body }) => ({ method: 'POST', path: '/git/pull', body }),
  },

  get_git_deployment_history: {
    title: 'Deployments',
    description: 'Lists the Git deployments of an app: repository, branch, time and result of each.',
    risk: 'read',
    alias: 'git_history_get',
    input: serverApp,
    output: z.looseObject({
      logs: z.array(
        row({
          git_url: maybe(addressText(z.string())),
          branch_name: maybe(z.string()),
          datetime: maybe(z.string()),
          result: maybe(id),
        }),
      ),
    }),
    request: (query) => ({ method: 'GET', path: '/git/history', query }),
    answer: (body) => ({ logs: readRows(object(body)?.logs) }),
  },

  get_git_branch_names: {
    title: 'Branches',
    description: 'Lists the branches of a repository that the deploy key of an app can read.',
    risk: 'read',
    alias: 'git_branches_get',
    input: { ...serverApp, git_url: gitUrl() },
    output: z.looseObject({ branches: z.array(z.string()) }),
    request: (query) => ({ method: 'GET', path: '/git/branchNames', query }),
    answer: (body) => ({ branches: readTexts(object(body)?.branches) }),
  },
})
