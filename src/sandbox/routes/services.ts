import { invalid, ok, type Routes, refused } from '../call.ts'

export const services: Routes = {
  service_status(call) {
    const { server, forms } = call
    const stopped = server.status === 'stopped' ? forms.stoppedServices : 'unchanged'
    if (stopped === 'refused') return refused('The server is stopped.')
    // PHP writes an empty map as a list.
    if (stopped === 'empty') return ok({ services: { status: [] } })
    const states = Object.entries(server.services).map(([name, state]) => [
      name,
      stopped === 'stopped' ? 'stopped' : state,
    ])
    const on = (service: string) => {
      const wanted = (server.switchedOn[service] ?? server.services[service] === 'running') ? 1 : 0
      return forms.flags === 'number' ? wanted : String(wanted)
    }
    return ok({
      services: {
        status: {
          ...Object.fromEntries(states),
          elasticsearch_enabled: on('elasticsearch'),
          redis_enabled: on('redis-server'),
          varnish_enabled: on('varnish'),
        },
      },
    })
  },

  service_state_update(call) {
    const { server } = call
    const service = call.text('service')
    if (!Object.hasOwn(server.services, service)) {
      return invalid('service', 'exists', `There is no service ${service}.`)
    }
    const status = call.text('state') === 'stop' ? 'stopped' : 'running'
    server.services[service] = status
    return ok({ service_status: { status } })
  },

  // No source shows the answers of the two Varnish calls. Here one answers an empty list, the other nothing.
  varnish_manage(call) {
    const action = call.text('action')
    if (action === 'purge' && call.server.services.varnish !== 'running')
      return refused('Varnish is disabled.')
    if (action !== 'purge') call.server.services.varnish = action === 'enable' ? 'running' : 'stopped'
    return ok([])
  },

  varnish_app_manage(call) {
    const action = call.text('action')
    if (action === 'purge' && !call.app.varnish_enabled) return refused('Varnish is disabled.')
    if (action !== 'purge') call.app.varnish_enabled = action === 'enable'
    return ok()
  },

  varnish_app_status: ({ app }) => ok({ response: { varnish_enabled: app.varnish_enabled } }),
}
