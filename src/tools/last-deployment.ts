/** The latest deployment of an app: what a call goes by that leaves something out, and what proves the next one. @module */
import { object } from '../core/send/inventory.ts'
import type { Before, Made, RunContext } from '../core/types/tool.ts'
import { type CloudwaysError, InputError, isCloudwaysError } from '../errors.ts'
import { type Deployment, readDeployments } from './deployments.ts'
import type { AppTarget } from './effects.ts'
import { branchName, deployPath, gitUrl } from './params.ts'
import { assumed } from './values.ts'

/** The latest deployment, whose files are live. */
export async function latestDeployment(target: AppTarget, context: RunContext) {
  const [latest] = await readDeployments(context, target)
  return { deployed: latest ? sourceOf(latest) : null }
}

/** What tells one deployment from another. */
const sourceOf = ({ git_url, branch_name, path, datetime, result }: Deployment) => ({
  git_url,
  branch_name,
  path,
  datetime,
  result,
})

type Deployed = ReturnType<typeof sourceOf>

type Source = Partial<Record<'git_url' | 'branch_name' | 'deploy_path', string>>

/** The latest deployment, for what a call leaves out. @throws InputError when nobody may know it: it has to be given. */
async function lastOf(tool: string, target: AppTarget, context: RunContext): Promise<Deployed | null> {
  try {
    return (await latestDeployment(target, context)).deployed
  } catch (error) {
    if (!isCloudwaysError(error) || !isDefinite(error)) throw error
    throw new InputError(
      `${tool}: the last deployment can't be read, so what is left out is not known. ${error.message}`,
      `Nothing was changed. Give ${tool === 'git_clone' ? 'git_url, ' : ''}branch_name and deploy_path; an empty one is the webroot.`,
    )
  }
}

const isDefinite = ({ details }: CloudwaysError) =>
  details.status === 403 || ['not_found', 'unknown_path', 'refused'].includes(details.reason as string)

/** Where git_clone leaves out what it takes, it is that of the latest deployment. */
export async function cloneAsDeployed(given: AppTarget & Source, context: RunContext): Promise<Source> {
  const { git_url, branch_name, deploy_path } = given
  if (git_url !== undefined && branch_name !== undefined && deploy_path !== undefined) return {}
  const last = await lastOf('git_clone', given, context)
  const all = { git_url: git_url ?? last?.git_url, branch_name: branch_name ?? last?.branch_name }
  if (isGitUrl(all.git_url) && isBranch(all.branch_name)) {
    return { ...all, deploy_path: deploy_path ?? folderOf('git_clone', last) } as Source
  }
  throw new InputError(`git_clone: ${noLast(last)}.`, 'Nothing was changed. Give git_url and branch_name.')
}

/** The same for git_pull. The platform pulls from the repository that was cloned. */
export async function pullAsDeployed(given: AppTarget & Source, context: RunContext): Promise<Source> {
  if (given.branch_name !== undefined && given.deploy_path !== undefined) return {}
  const last = await lastOf('git_pull', given, context)
  const branch_name = given.branch_name ?? last?.branch_name
  if (isBranch(branch_name)) {
    return { branch_name, deploy_path: given.deploy_path ?? folderOf('git_pull', last) }
  }
  const next = last ? 'Give branch_name.' : 'Deploy it first: git_clone with git_url and branch_name.'
  throw new InputError(`git_pull: ${noLast(last)}.`, `Nothing was changed. ${next}`)
}

const noLast = (last: Deployed | null) =>
  last
    ? 'Cloudways does not tell all of the last deployment'
    : 'this app was never deployed with Git, so there is no last deployment to go by'

/** A deployment into the webroot may have no path. Anything else that is no folder is not known. @throws InputError */
function folderOf(tool: string, last: Deployed | null): string {
  const known = deployPath().safeParse(last?.path ?? '')
  if (known.success) return known.data
  throw new InputError(
    `${tool}: Cloudways does not tell the folder of the last deployment.`,
    'Nothing was changed. Give deploy_path; an empty one is the webroot.',
  )
}

const isBranch = (name: unknown): name is string => branchName().safeParse(name).success
const isGitUrl = (url: unknown): url is string => gitUrl().safeParse(url).success

/** What is deployed now, as `effects.now` read it. */
const deployedIn = ({ now }: Before) => object(object(now)?.deployed) as Partial<Deployed> | undefined

/** What a person should know of the deployment before, in a sentence of ours: no more than a branch is taken over. */
export function unlikeBefore(branch: string | undefined, before: Before): string {
  const { branch_name, result } = deployedIn(before) ?? {}
  const other =
    isBranch(branch_name) && branch_name !== branch ? ` Until now the branch was ${branch_name}.` : ''
  return other + (result === 'failed' ? ' The last deployment failed.' : '')
}

/** The row of this deployment, once the history has it. */
export async function ownRow(target: AppTarget, context: RunContext, { before }: Made) {
  const [own, previous] = await readDeployments(context, target)
  const earlier = before && object(before.now)?.deployed
  const isKnown = earlier !== undefined
  const isOwn = own !== undefined && !(isKnown && JSON.stringify(sourceOf(own)) === JSON.stringify(earlier))
  if (!isOwn) return { deployment: null, not_read: 'The history of deployments has no row of this call yet.' }
  const from = isKnown ? (deployedIn(before as Before)?.branch_name ?? null) : (previous?.branch_name ?? null)
  return { deployment: own, branch: { from, to: own.branch_name }, times: assumed }
}
