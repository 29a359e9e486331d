import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { operation, operationAnd } from '../core/declare/operation.ts'
import { object, readTexts } from '../core/send/inventory.ts'
import type { SuggestedCall } from '../core/types/plan.ts'
import { deploymentRow, deploymentsOf } from './deployments.ts'
import { type AppTarget, thenClearCache } from './effects.ts'
import { cloneAsDeployed, latestDeployment, ownRow, pullAsDeployed, unlikeBefore } from './last-deployment.ts'
import { maybe, row } from './outputs.ts'
import { backupFirst, branchName, deployPath, gitUrl, serverApp } from './params.ts'
import { assumed } from './values.ts'

const history = ({ server_id, app_id }: AppTarget): SuggestedCall => ({
  tool: 'get_git_deployment_history',
  input: { server_id, app_id },
})

const deployed = operationAnd({
  deployment: maybe(deploymentRow).describe('null: not in the history yet'),
  branch: row({ from: z.string().nullable(), to: z.string().nullable() }).optional(),
  times: z.string().optional(),
})

const downtime = 'moments, while the files change; longer if the branch does not run'

export const git = defineTools('git', {
  generate_git_ssh_key: {
    title: 'New deploy key',
    description:
      'Makes a new deploy key pair for an app and discards the current one. Deployments fail until get_git_ssh_key is registered at the Git host.',
    risk: 'destructive',
    aliases: ['git_generate_key'],
    input: serverApp,
    output: operation,
    mayEndAtOnce: true,
    effects: {
      impact: 'Deployments stop until the new public key is registered at the Git host.',
      undo: null,
      now: ({ server_id, app_id }, { send }) =>
        send({ method: 'GET', path: '/git/key', query: { server_id, app_id } }),
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
    aliases: ['git_key_get'],
    input: serverApp,
    output: z.looseObject({ key: z.string() }),
    request: (query) => ({ method: 'GET', path: '/git/key', query }),
  },

  git_clone: {
    title: 'Deploy from Git',
    description:
      'Clones a repository into an app, over the files that are there; later deployments use git_pull. What is left out is as last deployed. The Git host must know get_git_ssh_key. Needs a recent backup, or backup_first. Returns its row of the history.',
    risk: 'disruptive',
    aliases: ['git_clone'],
    input: {
      ...serverApp,
      git_url: gitUrl().optional(),
      branch_name: branchName().optional(),
      deploy_path: deployPath().optional(),
      backup_first: backupFirst(),
    },
    output: deployed,
    defaults: cloneAsDeployed,
    proof: ownRow,
    effects: {
      impact: ({ branch_name, git_url }, before) =>
        `The live files of the app are replaced by those of the branch ${branch_name} of ${git_url}.${unlikeBefore(branch_name, before)}`,
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
      'Brings the latest commits of a branch into an app that was deployed with git_clone. What is left out is as last deployed. Returns its row of the history: result, branch before and after.',
    risk: 'disruptive',
    aliases: ['git_pull'],
    input: {
      ...serverApp,
      branch_name: branchName().optional(),
      deploy_path: deployPath().optional(),
      git_url: gitUrl().optional(),
      backup_first: backupFirst(),
    },
    output: deployed,
    defaults: pullAsDeployed,
    proof: ownRow,
    effects: {
      impact: ({ branch_name, git_url }, before) =>
        `The live files of the app change to those of the branch ${branch_name}${git_url === undefined ? '' : ` of ${git_url}`}.${unlikeBefore(branch_name, before)}`,
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
    description:
      'Lists the Git deployments of an app, latest first: repository, branch, time and result of each.',
    risk: 'read',
    aliases: ['git_history_get'],
    input: serverApp,
    output: z.looseObject({ logs: z.array(deploymentRow), times: z.string() }),
    request: (query) => ({ method: 'GET', path: '/git/history', query }),
    answer: (body) => ({ logs: deploymentsOf(body), times: assumed }),
  },

  get_git_branch_names: {
    title: 'Branches',
    description: 'Lists the branches of a repository that the deploy key of an app can read.',
    risk: 'read',
    aliases: ['git_branches_get'],
    input: { ...serverApp, git_url: gitUrl() },
    output: z.looseObject({ branches: z.array(z.string()) }),
    request: (query) => ({ method: 'GET', path: '/git/branchNames', query }),
    answer: (body) => ({ branches: readTexts(object(body)?.branches) }),
  },
})
