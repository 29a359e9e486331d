import { type Call, invalid, notFound, ok, type Routes } from '../call.ts'
import type { Forms } from '../forms.ts'
import type { Whitelist } from '../state.ts'
import { isAddress } from '../validate.ts'

/**
 * An allow list, as a list or as JSON text in `data`. Blank entries that somebody wrote are in it: they are shown as
 * they are.
 */
const whitelist = (ip_list: string[], asText: boolean, policy?: Whitelist['policy']) =>
  ok(asText ? { data: { ip_list: JSON.stringify(ip_list), policy } } : { ip_list })

const credential = (call: Call) => call.app.creds.find((one) => one.id === call.text('app_cred_id'))

export const access: Routes = {
  security_get_whitelisted_ips({ server, forms, version }) {
    const { ip_list, policy } = server.whitelists.sftp
    return whitelist(ip_list, version === 'v2' && forms.sftpList === 'text', policy)
  },

  // The list of MySQL has no policy.
  security_get_whitelisted_ips_mysql: ({ server, forms, version }) =>
    whitelist(server.whitelists.mysql.ip_list, version === 'v2' && forms.mysqlList === 'text'),

  security_update_whitelisted_ips(call) {
    const tab = call.text('tab') as 'sftp' | 'mysql'
    if (call.text('type') !== tab) return invalid('type', 'mismatch', 'type has to equal tab.')
    const ip_list = call.list('ip')
    const bad = ip_list.find((ip) => ip !== '' && !isAddress(ip))
    if (bad !== undefined) return invalid('ip', 'format', `${bad} is not an IP address.`)
    const policy = call.text('ipPolicy') as Whitelist['policy']
    if (tab === 'mysql' && policy === 'block_all' && call.forms.mysqlBlockAll === 'refused') {
      return invalid('ipPolicy', 'enum', 'ipPolicy has to be allow_all for mysql.')
    }
    call.server.whitelists[tab] = { ip_list: [...new Set(ip_list)], policy }
    return ok([])
  },

  security_check_blacklisted_ip(call) {
    const { blacklisted } = call.server
    const blocked = blacklisted.includes(call.text('ip'))
    const answers: Record<Forms['blocked'], object> = {
      status: { ip_status: blocked },
      boolean: { ip_list: blocked },
      list: { ip_list: blacklisted },
      nothing: {},
    }
    return ok(answers[call.forms.blocked])
  },

  security_whitelist_ip_siab(call) {
    call.server.siab.push(call.text('ip'))
    return ok([])
  },

  security_whitelist_ip_adminer(call) {
    call.server.adminer.push(call.text('ip'))
    return ok([])
  },

  app_credentials({ app, server }) {
    const keys = (id: string) => server.ssh_keys.filter((key) => key.app_creds_id === id)
    const app_creds = app.creds.map((one) => ({
      ...one,
      ssh_keys: keys(one.id).map(({ id, label }) => ({ label, ssh_key_id: id })),
    }))
    return ok({ app_creds })
  },

  app_credentials_create(call) {
    const { app } = call
    const sys_user = call.text('username')
    if (app.creds.some((one) => one.sys_user === sys_user)) {
      return invalid('username', 'unique', 'This user name is taken.')
    }
    const id = call.newId()
    app.creds.push({ id: String(id), sys_user, sys_password: call.text('password') })
    return ok({ app_cred_id: id })
  },

  app_credentials_update(call) {
    const found = credential(call)
    if (!found) return notFound()
    Object.assign(found, { sys_user: call.text('username'), sys_password: call.text('password') })
    return ok([])
  },

  app_credentials_delete(call) {
    const found = credential(call)
    if (!found) return notFound()
    call.app.creds = call.app.creds.filter((one) => one !== found)
    return ok([])
  },

  ssh_key_create(call) {
    const { server } = call
    const app_creds_id = call.has('app_creds_id') ? call.text('app_creds_id') : null
    const apps = call.account.apps.filter((app) => app.server_id === server.id)
    if (app_creds_id && !apps.some((app) => app.creds.some((one) => one.id === app_creds_id)))
      return notFound()
    const id = call.newId()
    const [label, public_key] = [call.text('ssh_key_name'), call.text('ssh_key')]
    server.ssh_keys.push({ id: String(id), label, public_key, app_creds_id })
    return ok({ id })
  },

  ssh_key_update(call) {
    const key = call.server.ssh_keys.find((one) => one.id === call.text('ssh_key_id'))
    if (!key) return notFound()
    key.label = call.text('ssh_key_name')
    return ok([])
  },

  // The platform also answers some calls without a body.
  ssh_key_delete(call) {
    const { server } = call
    const key = server.ssh_keys.find((one) => one.id === call.text('ssh_key_id'))
    if (!key) return notFound()
    server.ssh_keys = server.ssh_keys.filter((one) => one !== key)
    return ok()
  },
}
