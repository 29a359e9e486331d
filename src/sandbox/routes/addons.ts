import { type Answer, type Call, invalid, notFound, ok, type Routes, refused } from '../call.ts'
import type { BookedAddon } from '../state-extras.ts'

const packageRow = (addon: string, id: string, name: string, price: string) => ({
  id_package: id,
  id_addons: addon,
  package_name: name,
  period: 'monthly',
  package_price: price,
  addon_limit: '1000',
  sort_order: id,
})

type Package = ReturnType<typeof packageRow>

const addonRow = (id: string, name: string, binding: string, packages: Package[]) => ({
  id,
  label: name,
  name: name.toLowerCase().replaceAll(' ', '_'),
  vendor: name.split(' ')[0],
  binding,
  form: '',
  incompatible: null,
  view_type: 'list',
  sort_order: id,
  packages: Object.fromEntries(packages.map((one) => [one.id_package, one])),
})

/** A map by id. Nothing in it tells what the account has booked. */
const catalogue: Record<string, ReturnType<typeof addonRow>> = Object.fromEntries(
  [
    addonRow('4', 'Elastic Email', 'server', [
      packageRow('4', '3', '1,000 mails', '0.10'),
      packageRow('4', '5', '10,000 mails', '1.00'),
    ]),
    addonRow('6', 'Your Own SMTP', 'server', []),
    addonRow('8', 'DNS Made Easy', 'account', [packageRow('8', '7', '10 domains', '5.00')]),
    addonRow('9', 'Application Upgrade', 'application', [
      { ...packageRow('9', '11', 'One upgrade', '50.00'), period: 'once' },
    ]),
  ].map((row) => [row.id, row]),
)

const addonOf = (call: Call) => catalogue[call.text('addon_id')]
const bookedOf = ({ account }: Call, addon_id: string) =>
  account.addons.find((one) => one.addon_id === addon_id)
const sub = ({ id_user_addons, package_id }: BookedAddon, status: string) => ({
  id_user_addons,
  status,
  id_package: package_id,
})
const noPackage = () => invalid('package_id', 'exists', 'The add-on has no such package.')

/** Do something with the add-on that the request names, and the package that belongs to it. */
function withPackage(
  call: Call,
  work: (addon: NonNullable<ReturnType<typeof addonOf>>, package_id: string | null) => Answer,
): Answer {
  const addon = addonOf(call)
  if (!addon) return notFound()
  const package_id = call.has('package_id') ? call.text('package_id') : null
  if (package_id !== null && !Object.hasOwn(addon.packages, package_id)) return noPackage()
  return work(addon, package_id)
}

export const addons: Routes = {
  addon_list: () => ok({ addons: catalogue }),

  addon_activate: (call) =>
    withPackage(call, ({ id, label, packages }, package_id) => {
      if (Object.keys(packages).length > 0 && package_id === null) return noPackage()
      const before = bookedOf(call, id)
      const booked = before ?? { id_user_addons: String(call.newId()), addon_id: id, package_id }
      if (before) before.package_id = package_id
      else call.account.addons.push(booked)
      return ok({ message: `${label} has been enabled.`, sub: sub(booked, '1') })
    }),

  addon_upgrade: (call) =>
    withPackage(call, ({ id, label }, package_id) => {
      const booked = bookedOf(call, id)
      if (!booked) return refused(`${label} is not active.`)
      booked.package_id = package_id
      return ok({ message: `${label} has been changed.`, sub: sub(booked, '1') })
    }),

  addon_deactivate(call) {
    const addon = addonOf(call)
    if (!addon) return notFound()
    const booked = bookedOf(call, addon.id)
    if (!booked) return refused(`${addon.label} is not active.`)
    call.account.addons = call.account.addons.filter((one) => one !== booked)
    const { id_user_addons } = booked
    return ok({ message: `${addon.label} has been disabled.`, sub: { id_user_addons, status: 0 } })
  },

  addon_activate_on_server(call) {
    const addon = addonOf(call)
    if (!addon) return notFound()
    const [server_id, addon_id] = [call.text('server_id'), addon.id]
    const names = ['username', 'password', 'mode', 'provider', 'host', 'port'].filter((name) =>
      call.has(name),
    )
    const settings = Object.fromEntries(names.map((name) => [name, call.text(name)]))
    const { account } = call
    const others = account.serverAddons.filter(
      (one) => one.server_id !== server_id || one.addon_id !== addon_id,
    )
    account.serverAddons = [...others, { server_id, addon_id, settings }]
    return ok([])
  },

  addon_deactivate_on_server(call) {
    if (!addonOf(call)) return notFound()
    const { account } = call
    account.serverAddons = account.serverAddons.filter(
      (one) => one.server_id !== call.text('server_id') || one.addon_id !== call.text('addon_id'),
    )
    return ok([])
  },

  addon_request(call) {
    if (!addonOf(call)) return notFound()
    call.account.addonOrders.push({
      server_id: call.text('server_id'),
      app_id: call.text('app_id'),
      addon_id: call.text('addon_id'),
      version: call.has('version') ? call.text('version') : null,
    })
    return ok([])
  },

  addon_elastic_list_domains: ({ account }) => ok({ status: true, data: { domains: account.emailDomains } }),

  // The records of the domain are looked at again. Here they are all right.
  addon_elastic_verify_domain(call) {
    const { emailDomains } = call.account
    const checked = { spf: true, mx: true, dkim: true, dmarc: true, tracking: true }
    const found = emailDomains.find(({ domain }) => domain === call.text('domain'))
    if (found) Object.assign(found, checked)
    else emailDomains.push({ domain: call.text('domain'), ...checked })
    return ok({ status: true, data: emailDomains.find(({ domain }) => domain === call.text('domain')) })
  },

  addon_elastic_delete_domain(call) {
    const { account } = call
    const found = account.emailDomains.find(({ domain }) => domain === call.text('domain'))
    if (!found) return notFound()
    account.emailDomains = account.emailDomains.filter((one) => one !== found)
    return ok({ status: true, message: 'Domain deleted.' })
  },
}
