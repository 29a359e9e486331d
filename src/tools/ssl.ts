import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { secret } from '../core/declare/marks.ts'
import { operation } from '../core/declare/operation.ts'
import type { ApiRequest } from '../core/types/api.ts'
import type { Before, RunContext } from '../core/types/tool.ts'
import { InputError, UpstreamError } from '../errors.ts'
import { type AppTarget, isOn } from './effects.ts'
import { findApp } from './inventory.ts'
import { domain, email, serverApp } from './params.ts'

/** Two bounded searches. One pattern for both ends would take quadratic time on a hostile text. */
function isPem(kind: string, text: string): boolean {
  const begin = text.search(new RegExp(`-----BEGIN (?:[A-Z]{1,20} ){0,4}${kind}-----`))
  return begin >= 0 && new RegExp(`-----END (?:[A-Z]{1,20} ){0,4}${kind}-----`).test(text.slice(begin + 10))
}

const pem = (kind: string) =>
  z
    .string()
    .max(100_000)
    .refine((text) => isPem(kind, text), {
      error: `must be in PEM form, with -----BEGIN and -----END ${kind}-----`,
    })

/** The Let's Encrypt certificate in the row of the app. The platform tells of no other certificates. */
const present = async ({ server_id, app_id }: AppTarget, context: RunContext) => ({
  lets_encrypt: (await findApp(context, server_id, app_id)).lets_encrypt ?? null,
})

const domains = z.array(domain('Domain')).min(1).max(100)
/** The facts of a certificate that are needed to install it again. */
const installed = z.object({ ssl_email: email(''), ssl_domains: domains, wild_card: z.unknown().optional() })
const letsEncryptOf = ({ now }: Before) => (now as { lets_encrypt?: unknown } | null)?.lets_encrypt

const withoutHttps = 'over HTTPS, until another certificate is installed'

export const ssl = defineTools('ssl', {
  install_letsencrypt: {
    title: "Install Let's Encrypt",
    description:
      "Gets a free Let's Encrypt certificate for the domains of an app and installs it. Their DNS must point at the server first. Returns the operation. To renew use renew_letsencrypt.",
    risk: 'write',
    alias: 'security_lets_encrypt_install',
    input: {
      ...serverApp,
      ssl_email: email('Contact of the certificate'),
      ssl_domains: domains,
      wild_card: z.boolean().default(false),
    },
    output: operation,
    effects: {
      impact: 'The current certificate of the app is replaced.',
      undo: 'revoke_letsencrypt removes it; what it replaced does not come back',
      // No inverse: revoking the new certificate would not bring back the former one, and visitors would get a warning.
      now: present,
    },
    request: (body) => ({ method: 'POST', path: '/security/lets_encrypt_install', body }),
  },

  renew_letsencrypt: {
    title: "Renew Let's Encrypt",
    description:
      "Renews the Let's Encrypt certificate of an app now. A wildcard certificate also needs ssl_email and domain. Returns the operation.",
    risk: 'write',
    alias: 'security_lets_encrypt_renew',
    input: {
      ...serverApp,
      wild_card: z.boolean().default(false),
      ssl_email: email('For a wildcard').optional(),
      domain: domain('For a wildcard').optional(),
    },
    output: operation,
    effects: { impact: 'The certificate of the app is replaced by a fresh one.', undo: null, now: present },
    settle: null,
    request: (body) => {
      if (body.wild_card && !(body.ssl_email && body.domain)) {
        throw new InputError('renew_letsencrypt: a wildcard certificate needs ssl_email and domain.')
      }
      return { method: 'POST', path: '/security/lets_encrypt_manual_renew', body }
    },
  },

  set_letsencrypt_auto_renewal: {
    title: 'Automatic renewal',
    description: "Switches the automatic renewal of the Let's Encrypt certificate of an app on or off.",
    risk: 'write',
    alias: 'security_lets_encrypt_auto_renewal',
    input: { ...serverApp, auto: z.boolean().describe('true: renew automatically') },
    output: operation,
    mayEndAtOnce: true,
    effects: {
      impact: 'Without automatic renewal the certificate ends after 90 days.',
      undo: 'the same tool with the opposite value',
      now: present,
      inverse: ({ server_id, app_id, auto }, before) => {
        const was = isOn((letsEncryptOf(before) as { auto?: unknown } | null)?.auto)
        if (was === null || was === auto) return undefined
        return { tool: 'set_letsencrypt_auto_renewal', input: { server_id, app_id, auto: was } }
      },
    },
    request: (body) => ({ method: 'POST', path: '/security/lets_encrypt_auto', body }),
  },

  revoke_letsencrypt: {
    title: "Revoke Let's Encrypt",
    description:
      "Revokes and removes the Let's Encrypt certificate of an app. Visitors see a warning until another is installed. Returns the operation.",
    risk: 'destructive',
    alias: 'security_lets_encrypt_revoke',
    input: {
      ...serverApp,
      ssl_domain: domain('Domain of the certificate'),
      wild_card: z.boolean().optional(),
    },
    output: operation,
    effects: {
      impact: 'Browsers warn visitors of the app.',
      undo: 'install_letsencrypt',
      downtime: withoutHttps,
      now: present,
      inverse: ({ server_id, app_id }, before) => {
        const { data } = installed.safeParse(letsEncryptOf(before))
        // A wildcard certificate also needs a DNS record, which only a person can set.
        if (!data || isOn(data.wild_card) || data.ssl_domains.some((name) => name.startsWith('*')))
          return undefined
        const { ssl_email, ssl_domains } = data
        const input = { server_id, app_id, ssl_email, ssl_domains }
        return { tool: 'install_letsencrypt', input, why: 'gets a new one for the same domains' }
      },
    },
    request: (body) => ({ method: 'POST', path: '/security/lets_encrypt_revoke', body }),
  },

  install_ssl_certificate: {
    title: 'Install own certificate',
    description:
      "Installs a certificate and private key of one's own for an app. The key passes through this conversation: prefer install_letsencrypt, which needs none.",
    risk: 'write',
    input: {
      ...serverApp,
      ssl_crt: pem('CERTIFICATE').describe('Chain, PEM'),
      ssl_key: secret(pem('PRIVATE KEY')).describe('PEM'),
      password: secret(z.string().max(1024)).optional().describe('Pass phrase of the key'),
    },
    output: operation,
    mayEndAtOnce: true,
    effects: {
      impact: 'The current certificate of the app is replaced.',
      undo: 'remove_ssl_certificate removes it; what it replaced does not come back',
      now: present,
    },
    settle: null,
    run: async ({ ssl_crt, ...rest }, { send }) => {
      const first: ApiRequest = { method: 'POST', path: '/security/ownSSL', body: { ...rest, ssl_crt } }
      const second: ApiRequest = {
        method: 'POST',
        path: '/security/own_ssl',
        body: { ...rest, ssl_cert: ssl_crt },
      }
      try {
        return await send(first)
      } catch (error) {
        if (!isOtherForm(error)) throw error
        // Sources differ in the path and in one field. Either refusal means that nothing was done, so the other form
        // may be tried.
        return await send(second).catch((later: unknown) => {
          throw isOtherForm(later) ? error : later
        })
      }
    },
  },

  remove_ssl_certificate: {
    title: 'Remove own certificate',
    description:
      "Removes the custom certificate of an app. Visitors see a warning until another is installed. For Let's Encrypt use revoke_letsencrypt. Returns the operation.",
    risk: 'destructive',
    alias: 'security_remove_own_ssl',
    input: serverApp,
    output: operation,
    effects: {
      impact: 'Browsers warn visitors of the app.',
      undo: 'install_ssl_certificate, with the same files',
      downtime: withoutHttps,
    },
    settle: null,
    request: (body) => ({ method: 'DELETE', path: '/security/removeCustomSSL', body }),
  },
})

/** Whether the platform does not know the path, or refused the field of the certificate by name. */
function isOtherForm(error: unknown): boolean {
  if (!(error instanceof UpstreamError)) return false
  const { reason, fields } = error.details as { reason?: string; fields?: Record<string, string> }
  return reason === 'unknown_path' || 'ssl_crt' in (fields ?? {}) || 'ssl_cert' in (fields ?? {})
}
