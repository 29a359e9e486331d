/** Arguments that name what belongs to neither a server nor an app alone. @module */
import { tags } from '../core/declare/marks.ts'
import { id } from './params.ts'

const appUserId = id('must be the id of a user of the app; get_app_credentials lists them')
const sshKeyId = id('must be the id of an SSH key; get_ssh_keys lists those of the users of an app')
const projectId = id('must be the id or name of a project; list_projects lists them')
const memberId = id('must be the id, name or email address of a team member; list_team_members lists them')

tags.add(appUserId, { names: 'app_user' })
tags.add(sshKeyId, { names: 'ssh_key' })
tags.add(projectId, { names: 'project' })
tags.add(memberId, { names: 'member' })

/** A user of an app, who gets in by SSH and SFTP. */
export const appUser = () => appUserId
export const sshKey = () => sshKeyId
export const project = () => projectId
export const member = () => memberId
