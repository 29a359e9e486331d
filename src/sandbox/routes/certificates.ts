import { type Call, change, invalid, ok, type Routes, refused } from '../call.ts'
import { chainField } from '../own-ssl.ts'
import type { Certificate } from '../state.ts'

const noCertificate = () => refused('No Let\u2019s Encrypt certificate is installed.')

function encrypted(call: Call): Certificate | undefined {
  const { certificate } = call.app
  return certificate?.type === 'lets_encrypt' ? certificate : undefined
}

/** A wildcard is kept by its bare domain. */
const bare = (domain: string) => domain.replace(/^\*\./, '')

/** The DNS record that proves who owns the domain of a wildcard. */
function challenge(call: Call, is_verified: boolean) {
  const wildcard = {
    app_prefix: call.app.sys_user,
    auto: true,
    is_installed: call.app.certificate?.wild_card === true,
    is_verified,
    ssl_domains: call.list('ssl_domains').map(bare),
    ssl_email: call.text('ssl_email'),
    type: call.flag('wild_card') ? 'wc' : 'le',
  }
  const message = is_verified ? 'The CNAME record is verified' : 'Create the CNAME record'
  return ok({ wildcard_ssl: { message, status: true, wildcard } })
}

export const certificates: Routes = {
  security_create_dns(call) {
    call.app.challenge = { domains: call.list('ssl_domains').map(bare), verified: false }
    return challenge(call, false)
  },

  // A record that nobody asked for is not in the DNS.
  security_verify_dns(call) {
    const { challenge: asked } = call.app
    const wanted = call.list('ssl_domains').map(bare)
    const isThere = asked !== null && wanted.every((one) => asked.domains.includes(one))
    if (isThere) asked.verified = true
    return challenge(call, isThere)
  },

  security_lets_encrypt_install(call) {
    const { app } = call
    const domains = call.list('ssl_domains').map(bare)
    if (domains.length === 0) return invalid('ssl_domains', 'required', 'Name at least one domain.')
    return change(call, 'install_lets_encrypt', () => {
      const email = call.text('ssl_email')
      const wild_card = call.flag('wild_card')
      app.certificate = { type: 'lets_encrypt', domains, email, wild_card, auto: true, renewed: 0 }
    })
  },

  security_lets_encrypt_renew(call) {
    const certificate = encrypted(call)
    if (!certificate) return noCertificate()
    return change(call, 'renew_lets_encrypt', () => {
      certificate.renewed += 1
    })
  },

  security_lets_encrypt_auto_renewal(call) {
    const certificate = encrypted(call)
    if (!certificate) return noCertificate()
    certificate.auto = call.flag('auto')
    return ok([])
  },

  security_lets_encrypt_revoke(call) {
    const { app } = call
    const certificate = encrypted(call)
    if (!certificate) return noCertificate()
    if (!certificate.domains.includes(bare(call.text('ssl_domain')))) {
      return invalid('ssl_domain', 'exists', 'The certificate does not cover this domain.')
    }
    return change(call, 'revoke_lets_encrypt', () => {
      app.certificate = null
    })
  },

  security_own_ssl_install(call) {
    const { app } = call
    const field = chainField(call.forms.ownSslCall)
    if (!call.text(field).includes('BEGIN CERTIFICATE')) {
      return invalid(field, 'format', `${field} is not a certificate in PEM form.`)
    }
    if (!call.text('ssl_key').includes('PRIVATE KEY')) {
      return invalid('ssl_key', 'format', 'ssl_key is not a private key in PEM form.')
    }
    const domains = [app.cname ?? app.app_fqdn]
    app.certificate = { type: 'custom', domains, email: null, wild_card: false, auto: false, renewed: 0 }
    return ok([])
  },

  security_remove_own_ssl(call) {
    const { app } = call
    if (app.certificate?.type !== 'custom') return refused('No custom certificate is installed.')
    return change(call, 'remove_custom_ssl', () => {
      app.certificate = null
    })
  },
}
