/** The record in the DNS that proves who owns the domain of a wildcard certificate: step 1 and 2 of 3. @module */
import * as z from 'zod'
import { defineTools } from '../core/declare/define.ts'
import { object, readTexts, textOf, unknownShape } from '../core/send/inventory.ts'
import type { ApiRequest } from '../core/types/api.ts'
import { isOn } from './effects.ts'
import { maybe } from './outputs.ts'
import { domain, email, serverApp } from './params.ts'

const input = {
  ...serverApp,
  ssl_email: email('Contact of the certificate'),
  ssl_domains: z.array(domain('Domain')).min(1).max(100).describe('With or without *.'),
}

interface Asked {
  server_id: string
  app_id: string
  ssl_email: string
  ssl_domains: string[]
}

const request = (path: string, { ssl_domains, ...rest }: Asked): ApiRequest => ({
  method: 'POST',
  path,
  // The platform writes a wildcard as its bare domain.
  body: {
    ...rest,
    wild_card: true,
    ssl_domains: [...new Set(ssl_domains.map((name) => name.replace(/^\*\./, '')))],
  },
})

const output = z.looseObject({
  verified: z.boolean().nullable().describe('null: not told'),
  message: maybe(z.string()),
  domains: z.array(z.string()).nullable(),
  app_prefix: maybe(z.string()).describe('Names the app in the record'),
})

function challengeOf(body: unknown) {
  const found = object(object(body)?.wildcard_ssl)
  if (!found) throw unknownShape('the challenge')
  const wildcard = object(found.wildcard)
  return {
    verified: isOn(wildcard?.is_verified),
    message: textOf(found.message) || null,
    domains: readTexts(wildcard?.ssl_domains) ?? null,
    app_prefix: textOf(wildcard?.app_prefix) || null,
  }
}

export const wildcard = defineTools(
  'ssl',
  {
    create_wildcard_challenge: {
      title: 'Begin wildcard certificate',
      description:
        'Step 1 of 3 to a wildcard certificate: asks for the DNS record (a CNAME) that proves the domain. Returns what Cloudways says of it; a person sets it. Then verify_wildcard_challenge, then install_letsencrypt with wild_card.',
      risk: 'write',
      aliases: ['security_create_dns'],
      input,
      output,
      effects: {
        impact: ({ ssl_domains }) =>
          `Nothing changes for visitors: Cloudways waits for a record in the DNS of ${ssl_domains.join(', ')}.`,
        undo: null,
      },
      settle: null,
      next: (given, answer) =>
        'verified' in (object(answer) ?? {})
          ? [{ tool: 'verify_wildcard_challenge', input: given, why: 'once the record is in the DNS' }]
          : [],
      request: (given) => request('/security/createDNS', given),
      answer: challengeOf,
    },

    verify_wildcard_challenge: {
      title: 'Check wildcard record',
      description:
        'Step 2 of 3 to a wildcard certificate: looks whether the DNS record of create_wildcard_challenge is there. Returns verified. DNS takes minutes to hours: when false, ask again later.',
      risk: 'write',
      aliases: ['security_verify_dns'],
      input,
      output,
      effects: {
        impact: ({ ssl_domains }) =>
          `Nothing changes for visitors: Cloudways looks for its record in the DNS of ${ssl_domains.join(', ')}.`,
        undo: null,
      },
      settle: null,
      next: (given, answer) =>
        object(answer)?.verified === true
          ? [{ tool: 'install_letsencrypt', input: { ...given, wild_card: true }, why: 'step 3 of 3' }]
          : [],
      request: (given) => request('/security/verifyDNS', given),
      answer: challengeOf,
    },
  },
  { core: false },
)
