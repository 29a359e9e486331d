import { type Call, change, ok, type Routes, refused } from '../call.ts'
import { edgeDomain } from '../edge.ts'

const domainNamed = (call: Call, name: string) =>
  call.app.edge.domains.find(({ hostname }) => hostname === name)

const notThere = (name: string) => refused(`${name} is not on Cloudflare for this application.`)

/** Of several domains, the first one that this application does not have there. */
const missing = (call: Call) => call.list('domains').find((name) => !domainNamed(call, name))

export const cloudflare: Routes = {
  cloudflare_get_details: ({ app }) =>
    ok({
      status: true,
      dns: app.edge.domains.map(({ hostname, hostname_id, status }) => ({
        app_id: app.id,
        hostname,
        hostname_id,
        bandwidth: '1',
        status,
      })),
      mode: null,
      SP: [],
    }),

  cloudflare_add_domain(call) {
    const { app } = call
    const name = call.text('domain')
    if (domainNamed(call, name)) return refused(`${name} is on Cloudflare already.`)
    const id = call.newId()
    return change(call, 'create_cf_cdn', () => app.edge.domains.push(edgeDomain(name, id, 'pending')))
  },

  cloudflare_get_txt_records(call) {
    const name = call.text('domain')
    const found = domainNamed(call, name)
    if (!found) return notThere(name)
    return ok({
      status: true,
      txt_records: {
        ownership_verification: {
          status: found.status === 'activated' ? 'active' : 'pending',
          txt_name: name,
          txt_value: `ca3-${found.hostname_id}`,
        },
        ownership_verification_http: {
          type: 'txt',
          name: `_cf-custom-hostname.${name}`,
          value: found.hostname_id,
        },
      },
    })
  },

  cloudflare_get_dns_query(call) {
    const { app } = call
    return ok({
      status: true,
      primary_domain: app.cname === call.text('domain'),
      primary_domain_name: app.cname ?? app.app_fqdn,
    })
  },

  // The records are always right here.
  cloudflare_verify_txt_records(call) {
    const name = call.text('domain')
    const found = domainNamed(call, name)
    if (!found) return notThere(name)
    found.status = 'activated'
    return ok({ status: true, domain_status: 'activated' })
  },

  cloudflare_delete_domain(call) {
    const { app } = call
    const unknown = missing(call)
    if (unknown) return notThere(unknown)
    const gone = call.list('domains')
    return change(call, 'delete_cf_cdn', () => {
      app.edge.domains = app.edge.domains.filter(({ hostname }) => !gone.includes(hostname))
    })
  },

  cloudflare_transfer_domain(call) {
    const { app } = call
    const unknown = missing(call)
    if (unknown) return notThere(unknown)
    const moved = call.list('domains')
    const target = call.appAt('dest_app_id')
    return change(call, 'transfer_cf_cdn', () => {
      const isMoved = ({ hostname }: { hostname: string }) => moved.includes(hostname)
      target.edge.domains.push(...app.edge.domains.filter(isMoved))
      app.edge.domains = app.edge.domains.filter((one) => !isMoved(one))
    })
  },

  cloudflare_purge_domain: (call) =>
    change(call, 'purge_cf_cdn', () => {
      call.app.edge.purged += 1
    }),

  cloudflare_get_fpc_status: ({ app }) => ok({ status: true, data: { deployed: app.edge.smart_purge } }),

  cloudflare_deploy_fpc: (call) =>
    change(call, 'deploy_fpc', () => {
      call.app.edge.smart_purge = true
    }),

  cloudflare_get_settings({ app }) {
    const { setting, custom_metadata } = app.edge
    return ok({ status: true, data: { setting, custom_metadata } })
  },

  // What is left out stays as it is. Whether the platform does the same is not documented.
  cloudflare_update_settings(call) {
    const { setting, custom_metadata } = call.app.edge
    const given = (name: string, field = name) => (call.has(name) ? { [field]: call.flag(name) } : {})
    const minify = call.has('minification') ? call.flag('minification') : undefined
    return change(call, 'update_cf_settings', () => {
      if (call.has('early_hints')) setting.early_hints = call.text('early_hints')
      Object.assign(
        custom_metadata,
        given('caching'),
        given('edgecaching'),
        given('scrapeshield'),
        given('mobile_optimization', 'mirage'),
        call.has('image_optimization') && { polish: call.text('image_optimization') },
        minify !== undefined && { minify_js: minify, minify_css: minify, minify_html: minify },
      )
    })
  },
}
