import { type Call, invalid, ok, type Routes } from '../call.ts'
import { isAddress } from '../validate.ts'
import { pageOf } from './security-app.ts'

const done = () => ok({ status: true })

const listOf = (call: Call) => (call.text('mode') === 'white' ? 'allow' : 'block')

const wrongAddress = (call: Call) => call.list('iplist').find((one) => !isAddress(one))
const wrongCountry = (call: Call) => call.list('countrylist').find((one) => !/^[A-Z]{2}$/.test(one))

const noAddress = (wrong: string) => invalid('iplist', 'format', `${wrong} is not an IP address.`)
const noCountry = (wrong: string) =>
  invalid('countrylist', 'format', `${wrong} is not the code of a country.`)

const appsOf = ({ account, server }: Call) => account.apps.filter((app) => app.server_id === server.id)

export const serverSecurity: Routes = {
  security_suite_server_apps_list(call) {
    const name = call.text('app_name').toLowerCase()
    const size = call.has('page_limit') ? call.number('page_limit') : 20
    const page = call.has('page') ? call.number('page') : 1
    const apps = appsOf(call).filter(({ label }) => label.toLowerCase().includes(name))
    const rows = apps.map(({ id, suite }) => ({
      id: Number(id),
      mp_addon_active: suite.active,
      infected: suite.quarantined.filter(({ type }) => type === 'file').length,
      infected_db: suite.quarantined.filter(({ type }) => type === 'database').length,
    }))
    return ok({
      apps: rows.slice((page - 1) * size, page * size),
      pagination: { last_page: Math.max(1, Math.ceil(rows.length / size)) },
    })
  },

  security_suite_server_incidents_list: (call) =>
    ok({
      incidents: appsOf(call).flatMap(({ id, suite }) =>
        suite.incidents.map((one) => ({ ...one, app_id: Number(id) })),
      ),
    }),

  security_suite_server_ips_get(call) {
    const { allow, block } = call.server.suite
    return ok({ allowlist: allow, blocklist: block })
  },

  security_suite_server_ips_update(call) {
    const wrong = wrongAddress(call)
    if (wrong !== undefined) return noAddress(wrong)
    const { suite } = call.server
    const list = listOf(call)
    suite[list] = [...new Set([...suite[list], ...call.list('iplist')])]
    return done()
  },

  security_suite_server_ips_delete(call) {
    const { suite } = call.server
    const list = listOf(call)
    const gone = call.list('iplist')
    suite[list] = suite[list].filter((entry) => !gone.includes(entry))
    return done()
  },

  security_suite_server_countries_blacklist_update(call) {
    const wrong = wrongCountry(call)
    if (wrong !== undefined) return noCountry(wrong)
    const { suite } = call.server
    suite.countries = [...new Set([...suite.countries, ...call.list('countrylist')])]
    return done()
  },

  security_suite_server_countries_blacklist_delete(call) {
    const wrong = wrongCountry(call)
    if (wrong !== undefined) return noCountry(wrong)
    const { suite } = call.server
    const gone = call.list('countrylist')
    suite.countries = suite.countries.filter((code) => !gone.includes(code))
    return done()
  },

  // The figures under each name have no documented form.
  security_suite_server_stats_get: (call) =>
    ok({ stats: Object.fromEntries(call.list('data_types').map((name) => [name, []])) }),

  security_suite_server_infected_domains_list(call) {
    const { infected } = call.server.suite
    return ok({ domains: pageOf(call, infected), total: infected.length })
  },

  security_suite_server_infected_domains_sync(call) {
    const { suite } = call.server
    suite.infected = structuredClone(suite.found)
    return done()
  },

  security_suite_server_firewall_settings_get(call) {
    const { request_limit, weak_password } = call.server.suite
    return ok({ request_limit, weak_password })
  },

  security_suite_server_firewall_settings_update(call) {
    const { suite } = call.server
    if (call.has('request_limit')) suite.request_limit = call.number('request_limit')
    if (call.has('weak_password')) suite.weak_password = call.number('weak_password') === 1 ? 1 : 0
    return done()
  },
}
