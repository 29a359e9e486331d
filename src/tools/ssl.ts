import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { secret } from '../core/declare/marks.ts'
import type { Before } from '../core/types/tool.ts'
import { InputError } from '../errors.ts'
import { certificateNow, certified, ownCertificateNow } from './certificate-now.ts'
import {
  certificatesOf,
  covered,
  impactOfInstall,
  impactOfRemoval,
  namesOfRenewal,
  present,
  replacedBy,
  riskOfInstall,
  riskOfRenewal,
  undoOfInstall,
} from './certificates.ts'
import { domain, email, serverApp } from './params.ts'
import { domainsOfCertificate, hasFrame, isPem } from './pem.ts'

const pem = (kind: string) =>
  z
    .string()
    .max(100_000)
    .refine((text) => hasFrame(kind, text), {
      error: `must be in PEM form, with -----BEGIN and -----END ${kind}-----`,
      abort: true,
    })
    .refine((text) => isPem(kind, text), {
      error: `must be in PEM form: what stands between -----BEGIN and -----END ${kind}----- is none`,
    })

/** A whole file with both would show the key wherever the certificate is shown. */
const chain = pem('CERTIFICATE')
  .refine((text) => !hasFrame('PRIVATE KEY', text), {
    error: 'must not hold a private key, which belongs into ssl_key alone',
  })
  .describe('Chain, PEM')

const domains = z.array(domain('Domain')).min(1).max(100)

interface Installation {
  ssl_domains: string[]
  wild_card: boolean
}

/** What a certificate of Let's Encrypt for these domains would replace. */
const replacedByNew = ({ ssl_domains, wild_card }: Installation, before: Before) =>
  replacedBy(covered(ssl_domains, wild_card), before)

/** What a certificate of one's own would replace. */
const replacedByOwn = (ssl_crt: string, before: Before) => replacedBy(domainsOfCertificate(ssl_crt), before)

/** The facts of a certificate that are needed to install it again. */
const again = z.object({ ssl_email: email(''), ssl_domains: domains })

const withoutHttps = 'over HTTPS, until another certificate is installed'

export const ssl = defineTools('ssl', {
  install_letsencrypt: {
    title: "Install Let's Encrypt",
    description:
      "Gets a free Let's Encrypt certificate for the domains of an app and installs it. Their DNS must point at the server first. Returns the operation. To renew use renew_letsencrypt.",
    risk: 'destructive',
    aliases: ['security_lets_encrypt_install'],
    input: {
      ...serverApp,
      ssl_email: email('Contact of the certificate'),
      ssl_domains: domains,
      wild_card: z.boolean().default(false),
    },
    output: certified,
    proof: certificateNow,
    riskOf: (input, before) => riskOfInstall(replacedByNew(input, before)),
    effects: {
      impact: (input, before) =>
        impactOfInstall(covered(input.ssl_domains, input.wild_card), replacedByNew(input, before)),
      undo: (input, before) => undoOfInstall('revoke_letsencrypt', replacedByNew(input, before)),
      // No inverse: revoking the new certificate would not bring back the former one, and visitors would get a warning.
      now: present,
    },
    request: ({ ssl_domains, ...rest }) => {
      const wild = ssl_domains.find((name) => name.startsWith('*.'))
      if (wild && !rest.wild_card) {
        throw new InputError(`install_letsencrypt: ${wild} needs wild_card: true.`)
      }
      // The platform writes a wildcard as its bare domain.
      const bare = ssl_domains.map((name) => (rest.wild_card ? name.replace(/^\*\./, '') : name))
      return {
        method: 'POST',
        path: '/security/lets_encrypt_install',
        body: { ...rest, ssl_domains: [...new Set(bare)] },
      }
    },
  },

  renew_letsencrypt: {
    title: "Renew Let's Encrypt",
    description:
      "Renews the Let's Encrypt certificate of an app now. A wildcard certificate also needs ssl_email and domain. Returns the operation.",
    risk: 'destructive',
    aliases: ['security_lets_encrypt_renew'],
    input: {
      ...serverApp,
      wild_card: z.boolean().default(false),
      ssl_email: email('For a wildcard').optional(),
      domain: domain('For a wildcard').optional(),
    },
    output: certified,
    proof: certificateNow,
    riskOf: riskOfRenewal,
    effects: {
      impact: (input, before) => {
        const next = namesOfRenewal(input, before)
        return riskOfRenewal(input, before) === 'write'
          ? 'The certificate of the app is replaced by a fresh one for the same domains.'
          : impactOfInstall(next, replacedBy(next, before))
      },
      undo: null,
      now: present,
    },
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
    risk: 'disruptive',
    aliases: ['security_lets_encrypt_auto_renewal'],
    input: { ...serverApp, auto: z.boolean().describe('true: renew automatically') },
    output: certified,
    proof: certificateNow,
    mayEndAtOnce: true,
    riskOf: ({ auto }, before) =>
      auto || certificatesOf(before).lets_encrypt?.auto === false ? 'write' : 'disruptive',
    effects: {
      impact: ({ auto }) =>
        auto
          ? 'The certificate is renewed by itself before it ends.'
          : 'The certificate ends within 90 days, unless somebody renews it. From then on browsers warn visitors.',
      undo: 'the same tool with the opposite value',
      now: present,
      inverse: ({ server_id, app_id, auto }, before) => {
        const was = certificatesOf(before).lets_encrypt?.auto ?? null
        if (typeof was !== 'boolean' || was === auto) return undefined
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
    aliases: ['security_lets_encrypt_revoke'],
    input: {
      ...serverApp,
      ssl_domain: domain('Domain of the certificate'),
      wild_card: z.boolean().optional(),
    },
    output: certified,
    proof: certificateNow,
    effects: {
      impact: (_, before) => impactOfRemoval(before, "Let's Encrypt"),
      undo: 'install_letsencrypt gets a new one for the same domains',
      downtime: withoutHttps,
      now: present,
      inverse: ({ server_id, app_id }, before) => {
        const { lets_encrypt } = certificatesOf(before)
        const { wild_card, ...rest } = lets_encrypt ?? {}
        const { data } = again.safeParse(rest)
        // A plain certificate in place of a wildcard would leave subdomains without one.
        if (!data || typeof wild_card !== 'boolean') return undefined
        const input = { server_id, app_id, ...data, ...(wild_card && { wild_card }) }
        const why = wild_card
          ? 'gets a new wildcard for the same domain; its record in the DNS has to be there still'
          : 'gets a new one for the same domains'
        return { tool: 'install_letsencrypt', input, why }
      },
    },
    request: (body) => ({ method: 'POST', path: '/security/lets_encrypt_revoke', body }),
  },

  install_ssl_certificate: {
    title: 'Install own certificate',
    description:
      "Installs a certificate and private key of one's own for an app. The key passes through this conversation: prefer install_letsencrypt, which needs none.",
    risk: 'destructive',
    input: {
      ...serverApp,
      ssl_crt: chain,
      ssl_key: secret(pem('PRIVATE KEY')).describe('PEM'),
      password: secret(z.string().max(1024)).optional().describe('Pass phrase of the key'),
    },
    output: certified,
    proof: ownCertificateNow,
    mayEndAtOnce: true,
    riskOf: ({ ssl_crt }, before) => riskOfInstall(replacedByOwn(ssl_crt, before)),
    effects: {
      impact: ({ ssl_crt }, before) =>
        impactOfInstall(domainsOfCertificate(ssl_crt), replacedByOwn(ssl_crt, before)),
      undo: ({ ssl_crt }, before) => undoOfInstall('remove_ssl_certificate', replacedByOwn(ssl_crt, before)),
      now: present,
    },
    settle: null,
    request: (body) => ({ method: 'POST', path: '/security/ownSSL', body }),
    // Two further forms are documented. This request fits both: one path, and the certificate under both names.
    otherForm: {
      fields: ['ssl_crt', 'ssl_cert'],
      request: (body) => ({
        method: 'POST',
        path: '/security/own_ssl',
        body: { ...body, ssl_cert: body.ssl_crt },
      }),
    },
  },

  remove_ssl_certificate: {
    title: 'Remove own certificate',
    description:
      "Removes the custom certificate of an app. Visitors see a warning until another is installed. For Let's Encrypt use revoke_letsencrypt. Returns the operation.",
    risk: 'destructive',
    aliases: ['security_remove_own_ssl'],
    input: serverApp,
    output: certified,
    proof: certificateNow,
    effects: {
      impact: (_, before) => impactOfRemoval(before, 'own'),
      undo: 'install_ssl_certificate with the same files, which a person has to have',
      downtime: withoutHttps,
      now: present,
    },
    settle: null,
    request: (body) => ({ method: 'DELETE', path: '/security/removeCustomSSL', body }),
  },
})
