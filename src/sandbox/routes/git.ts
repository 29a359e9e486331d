import { begin, type Call, notFound, ok, type Routes, refused, stamp } from '../call.ts'
import { word } from '../plant.ts'

const remote = /^(git@[\w.-]+:|ssh:\/\/)\S+$/

function deploy(call: Call, url: string, type: string) {
  const { app } = call
  const branch = call.text('branch_name')
  return begin(call, {
    type,
    finish() {
      app.git.git_url = url
      if (!app.git.branches.includes(branch)) app.git.branches.push(branch)
      app.git.logs.unshift({
        git_url: url,
        branch_name: branch,
        customer_id: '1',
        path: call.text('deploy_path'),
        result: '1',
        datetime: stamp(call.now),
        description: 'Deployed',
      })
    },
  })
}

export const git: Routes = {
  git_key_get: ({ app }) => ok({ key: app.git.key }),

  git_generate_key({ app, planter }) {
    app.git.key = `ssh-rsa AAAAB3Nz${word(planter.random, 24)} ${app.sys_user}`
    return ok([])
  },

  git_branches_get(call) {
    if (!remote.test(call.text('git_url'))) return refused('The address has to be in SSH form.')
    const { git_url, branches } = call.app.git
    return ok({ branches: git_url === call.text('git_url') ? branches : ['main', 'develop'] })
  },

  git_clone(call) {
    if (!remote.test(call.text('git_url'))) return refused('The address has to be in SSH form.')
    return deploy(call, call.text('git_url'), 'git_clone')
  },

  git_pull(call) {
    if (call.has('git_url') && !remote.test(call.text('git_url'))) {
      return refused('The address has to be in SSH form.')
    }
    const url = call.has('git_url') ? call.text('git_url') : call.app.git.git_url
    if (!url) return refused('Nothing was cloned yet.')
    if (!call.has('git_url') && !call.app.git.branches.includes(call.text('branch_name'))) return notFound()
    return deploy(call, url, 'git_pull')
  },

  git_history_get: ({ app }) => ok({ logs: app.git.logs }),
}
